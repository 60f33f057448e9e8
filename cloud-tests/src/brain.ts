import { serve } from '@hono/node-server';
import type { Platform } from '../../brain/test/platform.ts';

export interface ServedBrain extends AsyncDisposable {
  readonly url: string;
}

/** A platform of the tests at an address of this machine, for programs that know it by HTTP alone. */
export async function serveBrain({ app }: Pick<Platform, 'app'>): Promise<ServedBrain> {
  const { server, port } = await new Promise<{ server: ReturnType<typeof serve>; port: number }>(
    (resolve) => {
      const started = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (info) =>
        resolve({ server: started, port: info.port }),
      );
    },
  );
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
