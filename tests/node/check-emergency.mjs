// Verifies the emergency codes of tests/vectors with libraries of others: COSE by @auth0/cose, CBOR by cborg, curves
// and inflating by Node. Starts from the root's public key and the published documents alone; no line shared with src/.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, ECDH } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { Sign1 } from '@auth0/cose';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';

const file = JSON.parse(readFileSync(new URL('../vectors/emergency.json', import.meta.url), 'utf8'));
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const utf8 = (text) => new TextEncoder().encode(text);
const hex = (bytes) => Buffer.from(bytes).toString('hex');
let checked = 0;

async function check(name, body) {
  try {
    await body();
    checked++;
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

class Refused extends Error {
  constructor(status) {
    super(status);
    this.status = status;
  }
}

function base45Decode(text) {
  const bytes = [];
  for (let i = 0; i < text.length; i += 3) {
    const values = [...text.slice(i, i + 3)].map((c) => alphabet.indexOf(c));
    if (values.length === 1 || values.includes(-1)) return null;
    const value = values.reduce((sum, v, n) => sum + v * 45 ** n, 0);
    if (value > (values.length === 3 ? 0xffff : 0xff)) return null;
    if (values.length === 3) bytes.push(value >> 8);
    bytes.push(value & 0xff);
  }
  return Uint8Array.from(bytes);
}

// One item in its deterministic encoding, or Malformed: what is read is written again and compared.
function strict(bytes) {
  let value;
  try {
    value = decode(bytes[0] === 0xd2 ? bytes.subarray(1) : bytes, {
      useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true,
    });
    const again = encode(value, rfc8949EncodeOptions);
    assert.equal(hex(again), hex(bytes[0] === 0xd2 ? bytes.subarray(1) : bytes));
  } catch {
    throw new Refused('Malformed');
  }
  return value;
}

function publicKey(x, y) {
  const [first, second] = [x, y].map((coordinate) => Buffer.from(coordinate).toString('base64url'));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: first, y: second }, format: 'jwk' });
}

function decompress(point) {
  try {
    const both = ECDH.convertKey(Buffer.from(point), 'prime256v1', undefined, undefined, 'uncompressed');
    return publicKey(both.subarray(1, 33), both.subarray(33));
  } catch {
    throw new Refused('HolderKeyInvalid');
  }
}

async function verifies(message, key, context) {
  try {
    await Sign1.decode(message).verify(key, { externalAAD: utf8(context), algorithms: [-7] });
    return true;
  } catch {
    return false;
  }
}

const keyLabels = [14, 32, 33, 34, 35, -1, -2];

// The frame's parts after its headers are held to what is allowed; labels of keys are told first.
function frame(bytes, algorithmRefused) {
  if (bytes.length === 0) throw new Refused('Malformed');
  const item = strict(bytes);
  if (!Array.isArray(item) || item.length !== 4) throw new Refused('Malformed');
  const [headerBytes, outside, payload, signature] = item;
  const headers = strict(headerBytes);
  if (!(headers instanceof Map) || !(outside instanceof Map)) throw new Refused('Malformed');
  for (const label of [...headers.keys(), ...outside.keys()]) {
    if (keyLabels.includes(label)) throw new Refused('KeyInToken');
    if (![1, 3, 4, 13].includes(label)) throw new Refused('Malformed');
  }
  if (headers.get(1) !== -7 || outside.has(1)) throw new Refused(algorithmRefused(headers));
  if (outside.size !== 0 || signature.length !== 64) throw new Refused('Malformed');
  return { headers, headerBytes, payload, signature };
}

function signedHash({ headerBytes, payload }, context) {
  const structure = encode(['Signature1', headerBytes, utf8(context), payload], rfc8949EncodeOptions);
  return createHash('sha256').update(structure).digest('hex').slice(0, 32);
}

async function openDocument(documentHex, kind, keyOf) {
  const bytes = Buffer.from(documentHex, 'hex');
  const parts = frame(bytes, () => 'AlgorithmRefused');
  assert.equal(parts.headers.get(3), `application/vnd.yimatong.${kind}+cbor`);
  assert.ok(await verifies(bytes, keyOf(hex(parts.headers.get(4))), `YMT1 ${kind}`));
  assert.ok(!(await verifies(bytes, keyOf(hex(parts.headers.get(4))), 'YMT1 other')));
  return strict(parts.payload);
}

function covers(region, place) {
  const unit = region % 10000 === 0 ? 10000 : region % 100 === 0 ? 100 : 1;
  return Math.floor(region / unit) === Math.floor(place / unit);
}

function readClaims(payload, grantLength) {
  const claims = strict(payload);
  const grant = claims instanceof Map ? claims.get(-65537) : undefined;
  const order = [3, 4, 5, -65537];
  if (!grant || claims.size !== 4 || order.some((key) => !claims.has(key)) || grant.length !== grantLength) {
    throw new Refused('Malformed');
  }
  const view = Buffer.from(grant);
  return {
    region: claims.get(3),
    expires: claims.get(4),
    notBefore: claims.get(5),
    tags: view.subarray(0, 8).toString('hex'),
    sceneKinds: view.readUInt16BE(8),
    statusList: view[10],
    statusIndex: view.readUIntBE(11, 3),
    holder: view.subarray(14),
  };
}

async function verifyToken(world, bytes, parts, grant, context, now, sceneKind) {
  const { skewSeconds: skew, region } = file.gate;
  const key = world.keys.get(hex(parts.headers.get(4)));
  if (!key) throw new Refused('UnknownKey');
  if (key.revoked) throw new Refused('RevokedKey');
  if (!(key.uses & 1)) throw new Refused('KeyNotForCodes');
  if (now + skew < key.notBefore || now - skew > key.notAfter || grant.notBefore < key.notBefore) {
    throw new Refused('KeyOutOfTime');
  }
  if (!(await verifies(bytes, key.key, context))) throw new Refused('IssuerSignatureWrong');
  if (now + skew < grant.notBefore) throw new Refused('NotYetValid');
  if (now - skew >= grant.expires) throw new Refused('Expired');
  if (!covers(Number(grant.region), Number(region))) throw new Refused('AnotherRegion');
  if (sceneKind > 10 || !((grant.sceneKinds >> sceneKind) & 1)) throw new Refused('SceneNotGranted');
  const list = world.lists.get(grant.statusList);
  if (!list || grant.statusIndex >= list.size) throw new Refused('StatusUnknown');
  if ((list.bits[grant.statusIndex >> 3] >> (grant.statusIndex & 7)) & 1) throw new Refused('Revoked');
}

async function verify(world, text, now, sceneKind) {
  const bytes = text.startsWith('YE1') ? base45Decode(text.slice(3)) : null;
  if (!bytes || bytes.length > 240) throw new Refused('NotOurs');
  if (bytes[0] !== 0xd2) throw new Refused('Malformed');
  const outer = frame(bytes, (headers) => (headers.has(13) ? 'HolderAlgorithmRefused' : 'AlgorithmRefused'));
  const shown = outer.headers.has(13);
  const token = shown ? encode(outer.headers.get(13), rfc8949EncodeOptions) : bytes;
  const inner = shown ? frame(token, () => 'AlgorithmRefused') : outer;
  if (inner.headers.size !== 2 || !inner.headers.has(4) || (shown && ![4, 9].includes(outer.payload.length))) {
    throw new Refused('Malformed');
  }
  const context = shown ? 'YE1 holder-bound' : 'YE1 static';
  const { holder, ...grant } = readClaims(inner.payload, shown ? 47 : 14);
  await verifyToken(world, token, inner, grant, context, now, sceneKind);
  const tokenId = signedHash(inner, context);
  const result = {
    form: shown ? 'HolderBound' : 'Static', text, now, sceneKind, kid: hex(inner.headers.get(4)), ...grant,
    shownAt: 0, latitude: null, longitude: null, tokenId, showingId: tokenId,
  };
  return shown ? verifyShowing(result, bytes, outer, holder) : result;
}

async function verifyShowing(result, bytes, outer, holder) {
  const { skewSeconds: skew, showingLifeSeconds: life } = file.gate;
  if (!(await verifies(bytes, decompress(holder), 'YE1 showing'))) throw new Refused('HolderSignatureWrong');
  const payload = Buffer.from(outer.payload);
  const shownAt = payload.readUInt32BE(0);
  if (shownAt + skew < result.notBefore || shownAt - skew >= result.expires) throw new Refused('ShownOutsideValidity');
  if (shownAt > result.now + skew) throw new Refused('ShowingFromFuture');
  if (shownAt + life + skew <= result.now) throw new Refused('ShowingStale');
  if (payload.length === 9) {
    const packed = BigInt(`0x${payload.subarray(4).toString('hex')}`);
    const degrees = (step, span) => Number(((Number(step) * span) / (2 ** 20 - 1) - span / 2).toFixed(6));
    result.latitude = degrees(packed >> 20n, 180);
    result.longitude = degrees(packed & 0xfffffn, 360);
  }
  return { ...result, shownAt, showingId: signedHash(outer, 'YE1 showing') };
}

async function openWorld() {
  const root = file.testKeys.find((key) => key.name === 'root');
  const rootKey = decompress(Buffer.from(root.compressedHex, 'hex'));
  const { documents } = file;
  const set = await openDocument(documents.keySetHex, 'key-set', (kid) => (kid === documents.rootKid ? rootKey : null));
  const keys = new Map(set.get(3).map((entry) => {
    const [uses, notBefore, notAfter, revoked] = entry.get(-65537);
    const key = publicKey(entry.get(-2), entry.get(-3));
    return [hex(entry.get(2)), { key, entry, uses, notBefore, notAfter, revoked }];
  }));
  for (const [kid, { entry }] of keys) {
    await check(`thumbprint ${kid}`, () => {
      const thumbprint = new Map([[1, 2], [-1, 1], [-2, entry.get(-2)], [-3, entry.get(-3)]]);
      const digest = createHash('sha256').update(encode(thumbprint, rfc8949EncodeOptions)).digest('hex');
      assert.equal(digest.slice(0, 8), kid);
    });
  }
  const keyOf = (kid) => keys.get(kid).key;
  const list = await openDocument(documents.statusListHex, 'status-list', keyOf);
  const bits = inflateSync(list.get(5));
  const lists = new Map([[list.get(1), { size: list.get(4), bits }]]);
  const delta = await openDocument(documents.statusDeltaHex, 'status-delta', keyOf);
  await check('delta', () => {
    assert.equal(delta.get(6), list.get(2));
    const flips = inflateSync(delta.get(5));
    const next = flips.map((value, i) => value ^ (bits[i] ?? 0));
    assert.equal(createHash('sha256').update(next).digest('hex'), hex(delta.get(7)));
  });
  return {
    keys,
    lists,
    declaration: await openDocument(documents.declarationHex, 'declaration', keyOf),
    catalogue: await openDocument(documents.tagCatalogueHex, 'tag-catalogue', keyOf),
  };
}

function standing(declaration, { region, sceneKind, now }) {
  const { skewSeconds: skew } = file.gate;
  if (!covers(Number(declaration.get(4)), Number(region))) return 'AnotherRegion';
  if (!((declaration.get(5) >> sceneKind) & 1)) return 'AnotherScene';
  if (now - skew >= declaration.get(7)) return 'Over';
  return now + skew < declaration.get(6) ? 'NotYet' : 'InForce';
}

const world = await openWorld();
for (const vector of file.valid) {
  await check(`valid ${vector.form}`, async () => {
    assert.deepEqual(await verify(world, vector.text, vector.now, vector.sceneKind), vector);
  });
}
for (const vector of file.refused) {
  await check(`refused: ${vector.why}`, async () => {
    const status = await verify(world, vector.text, vector.now, vector.sceneKind).then(() => 'Valid', (refusal) => {
      if (refusal instanceof Refused) return refusal.status;
      throw refusal;
    });
    assert.equal(status, vector.status);
  });
}
for (const vector of file.standings) {
  await check(`standing ${vector.standing}`, () => assert.equal(standing(world.declaration, vector), vector.standing));
}
await check('tags', () => assert.deepEqual(
  world.catalogue.get(4).map(([no, text, icon, backgroundColor, fontColor]) => (
    { no, text, icon, backgroundColor, fontColor })),
  file.tags,
));
console.log(`emergency vectors ok: ${checked}`);
