/** Headers of a signed callback: seconds since 1970, and the signature over them and the body. */
export const callbackTimeHeader = 'x-mro-time';
export const callbackSignatureHeader = 'x-mro-signature';
/** Header by which a unit names itself, so that its signature can be checked where the job is gone. */
export const callbackUnitHeader = 'x-mro-unit';
/** Seconds by which the clocks of unit and server may differ, and after which a callback is too old. */
export const callbackWindowSeconds = 300;

const text = new TextEncoder();

/** Hex HMAC-SHA256 of a text with a text key. */
export async function hmacHex(secret: string, message: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', text.encode(secret), algorithm, false, ['sign']);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, text.encode(message)));
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Signature of a computing unit over time and body of a callback: HMAC-SHA256(secret, "time.body").
 * @param time seconds since 1970, as sent in the time header
 */
export const signCallback = (secret: string, time: number, body: string): Promise<string> =>
  hmacHex(secret, `${time}.${body}`);

/** The secret of one lease, made from its unit's: whoever learns it can report on that lease alone. */
export const leaseSecret = (unitSecret: string, leaseId: string): Promise<string> =>
  hmacHex(unitSecret, `lease:${leaseId}`);

/** The secret of a unit: its id, so that whoever signs with it can say who he is, and what only he knows. */
export const unitSecret = (unitId: string, random: string): string => `${unitId}.${random}`;

/** The unit that a secret names; undefined for secrets of another form. */
export const unitOfSecret = (secret: string): string | undefined =>
  /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.[\w-]+$/.exec(secret)?.[1];
