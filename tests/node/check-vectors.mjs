// Checks tests/vectors against an implementation of its own: Node's crypto and nothing else, no line shared with src/.
import assert from 'node:assert/strict';
import {
  createCipheriv, createDecipheriv, createPublicKey, constants, verify,
} from 'node:crypto';
import { readFileSync } from 'node:fs';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
let checked = 0;

function load(name) {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));
}

function check(name, body) {
  try {
    body();
    checked++;
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

function base45Encode(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let value = pair ? bytes[i] * 256 + bytes[i + 1] : bytes[i];
    for (let n = pair ? 3 : 2; n > 0; n--) {
      text += alphabet[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

// Null for anything that is not strict base45.
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
  return Buffer.from(bytes);
}

function openCode(keys, text) {
  if (text.length !== 60 || !text.startsWith('YM1')) return { status: 'NotOurs' };
  const bytes = base45Decode(text.slice(3));
  if (bytes === null) return { status: 'NotOurs' };
  const key = keys.find((k) => k.id === bytes[0]);
  if (!key) return { status: 'UnknownKey' };
  if (key.revoked) return { status: 'RevokedKey' };
  const secret = Buffer.from(key.hex, 'hex');
  const cipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(1, 13), { authTagLength: 12 });
  cipher.setAAD(Buffer.concat([Buffer.from('YM1'), bytes.subarray(0, 1)]));
  cipher.setAuthTag(bytes.subarray(26));
  let sealed;
  try {
    sealed = Buffer.concat([cipher.update(bytes.subarray(13, 26)), cipher.final()]);
  } catch {
    return { status: 'Forged' };
  }
  const handle = sealed.readBigUInt64BE(0);
  if (handle === 0n || sealed[12] === 0) return { status: 'Forged' };
  return {
    status: 'Opened',
    keyId: bytes[0],
    issuedAt: bytes.readUInt32BE(1),
    randomHex: bytes.subarray(5, 13).toString('hex'),
    handle: handle.toString(16).padStart(16, '0'),
    type: sealed[8],
    channel: sealed.readUInt16BE(9),
    flags: sealed[11],
    lifeSeconds: sealed[12] * 5,
  };
}

function mintCode(keys, code) {
  const key = keys.find((k) => k.id === code.keyId);
  const clear = Buffer.alloc(13);
  clear[0] = code.keyId;
  clear.writeUInt32BE(code.issuedAt, 1);
  Buffer.from(code.randomHex, 'hex').copy(clear, 5);
  const plain = Buffer.alloc(13);
  plain.writeBigUInt64BE(BigInt(`0x${code.handle}`), 0);
  plain[8] = code.type;
  plain.writeUInt16BE(code.channel, 9);
  plain[11] = code.flags;
  plain[12] = code.lifeSeconds / 5;
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.hex, 'hex'), clear.subarray(1), { authTagLength: 12 });
  cipher.setAAD(Buffer.concat([Buffer.from('YM1'), clear.subarray(0, 1)]));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return `YM1${base45Encode(Buffer.concat([clear, sealed, cipher.getAuthTag()]))}`;
}

function elements(text) {
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map((s) => s.segment);
}

function maskName(name) {
  const all = elements(name);
  return all.length < 2 ? '*'.repeat(all.length) : '*'.repeat(all.length - 1) + all.at(-1);
}

function maskCard(number) {
  const all = elements(number);
  return all.length === 0 ? '' : all[0] + '*'.repeat(14) + all.at(-1);
}

function canonical(fields) {
  return fields
    .filter((f) => f.value !== '' && f.name !== 'sign')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((f) => `${f.name}=${f.value}`)
    .join('&');
}

function verifySignature(profile, publicKeyPem, text, signature) {
  const key = createPublicKey(publicKeyPem);
  const options = profile === 'RSA-PSS-SHA256'
    ? { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    : { key, padding: constants.RSA_PKCS1_PADDING };
  return verify('sha256', Buffer.from(text, 'utf8'), options, Buffer.from(signature, 'base64'));
}

function openResponse(keys, sealed, associatedData) {
  const bytes = Buffer.from(sealed, 'base64');
  const key = keys.find((k) => k.id === bytes[1]);
  if (!key || bytes.toString('base64') !== sealed) return null;
  const secret = Buffer.from(key.hex, 'hex');
  try {
    if (bytes[0] === 1 && key.cipher === 'AES-256-GCM') {
      const cipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(2, 14), { authTagLength: 16 });
      cipher.setAAD(Buffer.from(associatedData, 'utf8'));
      cipher.setAuthTag(bytes.subarray(-16));
      return Buffer.concat([cipher.update(bytes.subarray(14, -16)), cipher.final()]).toString('utf8');
    }
    if (bytes[0] === 2 && key.cipher === 'AES-256-CBC') {
      const cipher = createDecipheriv('aes-256-cbc', secret, bytes.subarray(2, 18));
      return Buffer.concat([cipher.update(bytes.subarray(18)), cipher.final()]).toString('utf8');
    }
  } catch {
    return null;
  }
  return null;
}

function sealResponse(keys, v) {
  const key = keys.find((k) => k.id === v.keyId);
  const secret = Buffer.from(key.hex, 'hex');
  const iv = Buffer.from(v.ivHex, 'hex');
  const gcm = key.cipher === 'AES-256-GCM';
  const cipher = gcm
    ? createCipheriv('aes-256-gcm', secret, iv, { authTagLength: 16 })
    : createCipheriv('aes-256-cbc', secret, iv);
  if (gcm) cipher.setAAD(Buffer.from(v.associatedData, 'utf8'));
  const body = Buffer.concat([cipher.update(v.plaintext, 'utf8'), cipher.final()]);
  const tag = gcm ? cipher.getAuthTag() : Buffer.alloc(0);
  return Buffer.concat([Buffer.from([gcm ? 1 : 2, v.keyId]), iv, body, tag]).toString('base64');
}

function checkCodes() {
  const { base45, keys, codes, refused } = load('online-code.json');
  for (const v of base45.valid) {
    check(`base45 ${v.text}`, () => {
      assert.equal(base45Encode(Buffer.from(v.hex, 'hex')), v.text);
      assert.equal(base45Decode(v.text).toString('hex'), v.hex);
    });
  }
  for (const v of base45.invalid) check(`base45 ${v.text}`, () => assert.equal(base45Decode(v.text), null));
  for (const { text, ...code } of codes) {
    check(`code ${text}`, () => {
      assert.equal(mintCode(keys, code), text);
      assert.deepEqual(openCode(keys, text), { status: 'Opened', ...code });
    });
  }
  for (const v of refused) check(`refused: ${v.why}`, () => assert.equal(openCode(keys, v.text).status, v.status));
}

function checkMasks() {
  const { names, cards } = load('masks.json');
  for (const v of names) check(`name ${v.name}`, () => assert.equal(maskName(v.name), v.masked));
  for (const v of cards) check(`card ${v.number}`, () => assert.equal(maskCard(v.number), v.masked));
}

function checkFields() {
  const { canonical: texts, keys, signatures } = load('canonical-fields.json');
  for (const v of texts) check(`canonical ${v.text}`, () => assert.equal(canonical(v.fields), v.text));
  for (const v of signatures) {
    check(`signature: ${v.why}`, () => {
      const { publicKeyPem } = keys.find((k) => k.profile === v.profile);
      assert.equal(verifySignature(v.profile, publicKeyPem, v.text, v.signature), v.valid);
    });
  }
}

function checkResponses() {
  const { keys, sealed, refused } = load('response-sealing.json');
  for (const v of sealed) {
    check(`sealed ${v.keyId} ${v.ivHex}`, () => {
      assert.equal(sealResponse(keys, v), v.sealed);
      assert.equal(openResponse(keys, v.sealed, v.associatedData), v.plaintext);
    });
  }
  for (const v of refused) {
    check(`refused: ${v.why}`, () => assert.equal(openResponse(keys, v.sealed, v.associatedData), null));
  }
}

checkCodes();
checkMasks();
checkFields();
checkResponses();
console.log(`vectors ok: ${checked}`);
