// Opens a gate's session and decodes one code over gRPC, from the protos alone. Needs Node 20, @grpc/grpc-js and
// @grpc/proto-loader: NODE_PATH does not reach modules, so they are looked up from the working directory
// (run it in tests/node after npm ci, or in a folder of your own after npm install).
//
//   node grpc-decode.mjs GRPC_ADDRESS DEMO_JSON PROTOS_DIR CODE
//   node ../../docs/api/examples/grpc-decode.mjs 127.0.0.1:8081 ../../data/demo.json ../../protos 'YM1…'
import { constants, randomUUID, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [address, demoPath, protos, code] = process.argv.slice(2);
if (!code) {
  console.error("usage: node grpc-decode.mjs GRPC_ADDRESS DEMO_JSON PROTOS_DIR CODE");
  process.exit(2);
}

const require = createRequire(join(process.cwd(), "package.json"));
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");
const definition = loader.loadSync("yimatong/decode/v1/decode_service.proto", {
  includeDirs: [protos], longs: String, enums: String, defaults: true,
});
const { DecodeService } = grpc.loadPackageDefinition(definition).yimatong.decode.v1;
const client = new DecodeService(address, grpc.credentials.createInsecure());
const call = (method, request) => new Promise((resolve, reject) => client[method](
  request, { deadline: Date.now() + 5000 }, (error, answer) => (error ? reject(error) : resolve(answer))));

const demo = JSON.parse(readFileSync(demoPath, "utf8"));
const time = new Date(Date.now() + 8 * 3600e3).toISOString().replace(/\D/g, "").slice(0, 14);
const text = `macId=${demo.macId}&merchantId=${demo.merchantId}&time=${time}`;
const padding = demo.signatureProfile === "RSA-PSS-SHA256"
  ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  : { padding: constants.RSA_PKCS1_PADDING };
const signature = sign("sha256", Buffer.from(text), { key: demo.merchantPrivateKeyPem, ...padding }).toString("base64");

const opened = await call("OpenSession", { merchantId: demo.merchantId, macId: demo.macId, time, sign: signature });
if (opened.code !== "PY0000") {
  console.error(`OpenSession: ${opened.code} ${opened.msg}`);
  process.exit(1);
}

// A retry of the same scan carries the same scanId and gets the same answer.
// Without fields it gives the decision and the tags' numbers alone.
const answer = await call("Decode", {
  session: opened.session, qrcode: code, scanId: randomUUID(), fields: ["DECODE_FIELD_TAGS"],
});
console.log(JSON.stringify(answer, null, 2));
client.close();
process.exitCode = answer.code === "PY0000" ? 0 : 1;
