import { Checkbox, Slider, Stack, Text } from '@mantine/core';
import { roi } from '../../strings/roi.ts';
import type { DisplayStore } from '../../viewer/state/display.ts';
import { useFields, useStore } from '../../viewer/state/store.ts';
import type { RoiEditor } from '../editor.ts';

/** What the tool in the hand can be told: size of the brush, reach of growing. */
export function ToolOptions({ editor, display }: { editor: RoiEditor; display: DisplayStore }) {
  const { tool, brush, penFills, tolerance, grow3d } = useFields(
    editor.store,
    'tool',
    'brush',
    'penFills',
    'tolerance',
    'grow3d',
  );
  const opacity = useStore(display, (state) => state.roiOpacity);
  return (
    <Stack gap="xs">
      {(tool === 'pen' || tool === 'eraser') && (
        <Labelled label={`${roi.brush}: ${brush} ${roi.pixels}`}>
          <Slider
            size="sm"
            min={1}
            max={40}
            value={brush}
            label={null}
            thumbLabel={roi.brush}
            onChange={(value) => editor.store.set({ brush: value })}
          />
        </Labelled>
      )}
      {tool === 'pen' && (
        <Checkbox
          size="xs"
          label={roi.penFills}
          checked={penFills}
          onChange={(event) => editor.store.set({ penFills: event.currentTarget.checked })}
        />
      )}
      {tool === 'grow' && (
        <>
          <Labelled label={`${roi.tolerance}: ${tolerance}`}>
            <Slider
              size="sm"
              min={1}
              max={60}
              value={tolerance}
              label={null}
              thumbLabel={roi.tolerance}
              onChange={(value) => editor.store.set({ tolerance: value })}
            />
          </Labelled>
          <Checkbox
            size="xs"
            label={roi.grow3d}
            checked={grow3d}
            onChange={(event) => editor.store.set({ grow3d: event.currentTarget.checked })}
          />
        </>
      )}
      <Labelled label={`${roi.opacity}: ${Math.round(100 * opacity)} %`}>
        <Slider
          size="sm"
          min={0.1}
          max={1}
          step={0.05}
          value={opacity}
          label={null}
          thumbLabel={roi.opacity}
          onChange={(value) => display.set({ roiOpacity: value })}
        />
      </Labelled>
    </Stack>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={500} mb={3}>
        {label}
      </Text>
      {children}
    </div>
  );
}
