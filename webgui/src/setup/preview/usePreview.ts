import { useEffect, useRef, useState } from 'react';
import type { Preview, PreviewAnswer, PreviewRequest } from './messages.ts';

interface State {
  readonly preview?: Preview;
  readonly problem?: { readonly code: string; readonly message: string; readonly hint: string };
  readonly busy: boolean;
}

/** Asks a worker for the preview whenever the request changes; the worker ends with the component. */
export function usePreview(request: PreviewRequest | undefined): State {
  const worker = useRef<Worker>(undefined);
  const last = useRef(0);
  const [state, setState] = useState<State>({ busy: false });
  const text = request && JSON.stringify(request);

  useEffect(() => {
    const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<PreviewAnswer>) => {
      if (data.id !== last.current) return;
      setState(
        'preview' in data ? { preview: data.preview, busy: false } : { problem: data.problem, busy: false },
      );
    };
    worker.current = started;
    return () => started.terminate();
  }, []);

  useEffect(() => {
    if (text === undefined) return;
    const id = ++last.current;
    setState(({ preview }) => ({ ...(preview && { preview }), busy: true }));
    worker.current?.postMessage({ id, request: JSON.parse(text) as PreviewRequest });
  }, [text]);

  return state;
}
