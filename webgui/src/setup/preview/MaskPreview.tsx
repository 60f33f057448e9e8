import { Button, Group, Loader, Slider, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { bytes } from '../../components/format.ts';
import { setup } from '../../strings/setup.ts';
import { useSetup } from '../state.tsx';
import { draw, outlineColour } from './draw.ts';
import classes from './MaskPreview.module.css';
import type { Preview } from './messages.ts';
import { previewRequest, sizes } from './request.ts';
import { usePreview } from './usePreview.ts';

/** The mask as it will be, over an image of the signal. Computed in this browser from the file's own slices. */
export function MaskPreview() {
  const { form } = useSetup();
  const { signal } = form;
  const [chosen, setChosen] = useState<{ file: string; slice: number }>();
  const slice = chosen?.file === signal?.id ? chosen?.slice : undefined;
  const [asked, setAsked] = useState<string>();
  const [request] = useDebouncedValue(previewRequest(form, slice), 150);
  const size = signal?.size ?? 0;
  const may = size <= sizes.unasked || asked === signal?.id;
  const { preview, problem, busy } = usePreview(size <= sizes.most && may ? request : undefined);

  const shown = preview?.slice ?? 0;
  if (!signal) return <Hint text={setup.previewNone} />;
  if (size > sizes.most) return <Hint text={setup.previewTooLarge(bytes(sizes.most))} />;
  if (!may) {
    return (
      <Button variant="default" onClick={() => setAsked(signal.id)} style={{ alignSelf: 'flex-start' }}>
        {setup.previewLoad(bytes(size))}
      </Button>
    );
  }
  return (
    <Stack gap="xs" role="group" aria-label={setup.preview}>
      <Group gap="xs">
        <Text size="sm" fw={600}>
          {setup.preview}
        </Text>
        {busy && <Loader size={14} aria-label={setup.previewWait} />}
      </Group>
      {problem && <Hint text={`${setup.previewFailed} ${problem.message}`} />}
      {preview && !problem && (
        <>
          <Picture preview={preview} />
          <Text size="sm" c="dimmed" className="numeric" aria-live="polite">
            {preview.slices > 1 && `${setup.previewSliceOf(shown + 1, preview.slices)} · `}
            {setup.previewInside(inside(preview))}
          </Text>
          {preview.slices > 1 && (
            <Slider
              label={null}
              thumbLabel={setup.previewSlice}
              min={0}
              max={preview.slices - 1}
              value={slice ?? shown}
              onChange={(next) => setChosen({ file: signal.id, slice: next })}
              maw={360}
            />
          )}
        </>
      )}
    </Stack>
  );
}

function Picture({ preview }: { preview: Preview }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) draw(canvas.current, preview, outlineColour);
  }, [preview]);
  return (
    <canvas
      ref={canvas}
      className={classes.picture}
      role="img"
      aria-label={setup.previewImage}
      data-inside={inside(preview).toFixed(3)}
      data-slice={preview.slice}
      style={{
        aspectRatio: `${preview.nx} / ${preview.ny}`,
        transform: `scale(${preview.mirrored.x ? -1 : 1}, ${preview.mirrored.y ? -1 : 1})`,
      }}
    />
  );
}

const Hint = ({ text }: { text: string }) => (
  <Text size="sm" c="dimmed">
    {text}
  </Text>
);

/** Percent of the pixels. */
const inside = ({ mask }: Preview): number =>
  (100 * mask.reduce((sum, value) => sum + value, 0)) / mask.length;
