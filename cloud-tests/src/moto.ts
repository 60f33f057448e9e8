import { inject } from 'vitest';

export interface MotoBehaviour {
  /** Whether StartExecution runs the state machine in moto's own interpreter, or leaves the execution running. */
  readonly executeStateMachines?: boolean;
}

/** The moto server of the process that asks: files of tests that run at once share none. */
export const motoAddress = (): string => inject('motos')[Number(process.env.VITEST_POOL_ID) - 1]!;

/** Sets how moto behaves until the next file of tests. Functions never run in Docker. */
export async function configureMoto({ executeStateMachines = false }: MotoBehaviour = {}): Promise<void> {
  await post('/moto-api/config', {
    lambda: { use_docker: false },
    batch: { use_docker: false },
    stepfunctions: { execute_state_machine: executeStateMachines },
  });
}

/** Forgets everything in all accounts. */
export const emptyMoto = (): Promise<void> => post('/moto-api/reset');

async function post(path: string, body?: unknown): Promise<void> {
  const answer = await fetch(motoAddress() + path, {
    method: 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`moto: ${path} answered ${answer.status}`);
}
