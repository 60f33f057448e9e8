import { MroError } from '@mroptimum/contract';

/** A setting of the container. @throws MRO_JOB_SETUP where it is missing */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new MroError('MRO_JOB_SETUP', `The environment has no ${name}.`);
  return value;
}

/** A setting that is a number. @throws MRO_JOB_SETUP where it is none */
export function numberSetting(name: string, otherwise: number): number {
  const text = process.env[name];
  if (!text) return otherwise;
  const value = Number(text);
  if (!(value >= 0)) throw new MroError('MRO_JOB_SETUP', `${name} is "${text}", no number.`);
  return value;
}

/** Links without encryption are for a unit on one's own machine alone. */
export const allowsInsecureLinks = (): boolean => process.env.EXECUTION_MODE === 'local';

/** One line of JSON a message, as CloudWatch searches it. Never what a user or a patient could be known by. */
export function logLine(level: 'info' | 'warn' | 'error', message: string, more: object = {}): void {
  console.log(JSON.stringify({ level, message, ...more }));
}
