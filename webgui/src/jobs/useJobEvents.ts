import { MroError, type PipelineEventView } from '@mroptimum/contract';
import { useEffect, useRef, useState } from 'react';
import { useBrain } from '../session/BrainProvider.tsx';

export interface LogLine {
  readonly key: number;
  readonly when: string;
  readonly what: string;
  readonly type: string;
}

export interface JobStory {
  readonly progress: number | undefined;
  readonly lines: readonly LogLine[];
  /** The server does not answer at the moment. */
  readonly offline: boolean;
}

const nothing: JobStory = { progress: undefined, lines: [], offline: false };
const mostLines = 2000;

/**
 * Follows a job by the server's event stream, from its first event on. Where the server is away – restarted,
 * a broken line – the stream is taken up after the last event that was seen.
 *
 * @param run another number begins from the first event again, for a job that is run once more
 * @param onState called when the state of the job changes
 */
export function useJobEvents(id: string, run: number, onState: () => void): JobStory {
  const brain = useBrain();
  const [story, setStory] = useState(nothing);
  const tellState = useRef(onState);
  tellState.current = onState;
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setStory(nothing);

    const take = (event: PipelineEventView): void => {
      if (event.type === 'state') tellState.current();
      setStory((before) => told(before, event));
    };
    const follow = async (): Promise<void> => {
      for (let after = 0; !signal.aborted; ) {
        try {
          for await (const event of brain.events(id, { after, signal })) {
            after = event.sequence;
            take(event);
          }
          return;
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof MroError) || error.code !== 'MRO_CLI_SERVER') return;
          setStory((before) => ({ ...before, offline: true }));
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      }
    };
    void follow();
    return () => controller.abort();
  }, [brain, id, run]);

  return story;
}

function told(before: JobStory, { type, data, at, sequence }: PipelineEventView): JobStory {
  const story = before.offline ? { ...before, offline: false } : before;
  if (type === 'progress' && typeof data.progress === 'number') return { ...story, progress: data.progress };
  if (type !== 'log') return story;
  const line = {
    key: sequence,
    when: String(data.when ?? at),
    what: String(data.what ?? ''),
    type: String(data.type ?? ''),
  };
  return { ...story, lines: [...story.lines.slice(1 - mostLines), line] };
}
