import '../../boot/schemas.ts';
import { previewOf } from './compute.ts';
import type { PreviewAnswer, PreviewRequest } from './messages.ts';

const scope = self as unknown as {
  onmessage: (event: MessageEvent<{ id: number; request: PreviewRequest }>) => void;
  postMessage(answer: PreviewAnswer): void;
};

/** The latest request; those that it overtook are not computed. */
let latest = 0;
let queue: Promise<void> = Promise.resolve();

scope.onmessage = ({ data: { id, request } }) => {
  latest = id;
  queue = queue.then(async () => {
    if (id !== latest) return;
    try {
      scope.postMessage({ id, preview: await previewOf(request) });
    } catch (error) {
      const { code = 'MRO_INTERNAL', message, hint = '' } = error as Error & { code?: string; hint?: string };
      scope.postMessage({ id, problem: { code, message, hint } });
    }
  });
};
