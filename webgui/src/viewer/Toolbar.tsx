import { ActionIcon, Group, SegmentedControl, Tooltip } from '@mantine/core';
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconCamera,
  IconFocusCentered,
  IconZoomIn,
  IconZoomOut,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { viewer } from '../strings/viewer.ts';
import { type DisplayStore, type Layout, resetView, zoomBy } from './state/display.ts';
import { useStore } from './state/store.ts';

interface Props {
  readonly display: DisplayStore;
  readonly screenshot?: () => void;
  readonly fullScreen?: () => void;
  readonly fullscreen?: boolean;
}

const icon = { size: 18, stroke: 1.7, 'aria-hidden': true } as const;

/** How the map is looked at: orientation, zoom, picture, full screen. */
export function Toolbar({ display, screenshot, fullScreen, fullscreen = false }: Props) {
  const layout = useStore(display, (state) => state.layout);
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={viewer.layout}
        value={layout}
        onChange={(value) => display.set({ layout: value as Layout })}
        data={Object.entries(viewer.layouts).map(([value, label]) => ({ value, label }))}
      />
      <Group gap={2} wrap="nowrap">
        <Action label={viewer.zoomOut} keys="−" onClick={() => zoomBy(display, 0.8)}>
          <IconZoomOut {...icon} />
        </Action>
        <Action label={viewer.zoomIn} keys="+" onClick={() => zoomBy(display, 1.25)}>
          <IconZoomIn {...icon} />
        </Action>
        <Action label={viewer.reset} keys="0" onClick={() => resetView(display)}>
          <IconFocusCentered {...icon} />
        </Action>
        {screenshot && (
          <Action label={viewer.screenshot} keys="S" onClick={screenshot}>
            <IconCamera {...icon} />
          </Action>
        )}
        {fullScreen && (
          <Action
            label={fullscreen ? viewer.leaveFullScreen : viewer.fullScreen}
            keys="Z"
            onClick={fullScreen}
          >
            {fullscreen ? <IconArrowsMinimize {...icon} /> : <IconArrowsMaximize {...icon} />}
          </Action>
        )}
      </Group>
    </Group>
  );
}

interface ActionProps {
  readonly label: string;
  readonly keys: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Action({ label, keys, onClick, children }: ActionProps) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon size="md" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
