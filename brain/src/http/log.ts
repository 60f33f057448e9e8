import pino, { type DestinationStream, type Logger } from 'pino';

const secretFields = [
  'authorization',
  'cookie',
  'password',
  'oldPassword',
  'newPassword',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'secret',
  'callbackSecret',
  'presigned_url',
];

/** JSON lines; whatever is named like a password, token or cookie is replaced, up to three levels deep. */
export function createLog(options: { level?: string; destination?: DestinationStream } = {}): Logger {
  const paths = secretFields.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const settings = { level: options.level ?? 'info', redact: { paths, censor: '[removed]' } };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
