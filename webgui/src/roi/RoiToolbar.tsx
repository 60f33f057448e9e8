import { ActionIcon, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBucketDroplet,
  IconCircle,
  IconCrosshair,
  IconEraser,
  IconPencil,
  IconPolygon,
  IconRectangle,
  IconRuler2,
  IconWand,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { roi } from '../strings/roi.ts';
import type { DisplayStore } from '../viewer/state/display.ts';
import { useStore } from '../viewer/state/store.ts';
import { toolKeys } from '../viewer/useViewerKeys.ts';
import { type RoiEditor, type Tool, tools } from './editor.ts';
import classes from './RoiToolbar.module.css';
import { takeTool } from './takeTool.ts';

const icons: Readonly<Record<Tool, typeof IconPencil>> = {
  navigate: IconCrosshair,
  pen: IconPencil,
  eraser: IconEraser,
  fill: IconBucketDroplet,
  rectangle: IconRectangle,
  ellipse: IconCircle,
  polygon: IconPolygon,
  grow: IconWand,
  line: IconRuler2,
};
const icon = { size: 18, stroke: 1.7, 'aria-hidden': true } as const;

interface Props {
  readonly editor: RoiEditor;
  readonly display: DisplayStore;
  readonly onTool?: (tool: Tool) => void;
}

/** The tools, one of which is in the hand. */
export function RoiToolbar({ editor, display, onTool }: Props) {
  const tool = useStore(editor.store, (state) => state.tool);
  const canUndo = useStore(editor.store, (state) => state.canUndo);
  const canRedo = useStore(editor.store, (state) => state.canRedo);
  const take = (next: Tool): void => {
    takeTool(editor, display, next);
    onTool?.(next);
  };
  return (
    <div className={classes.bar} role="toolbar" aria-label={roi.tools}>
      {tools.map((name) => {
        const Icon = icons[name];
        return (
          <Button
            key={name}
            label={roi.tool[name]}
            keys={toolKeys[name]}
            pressed={tool === name}
            onClick={() => take(name)}
          >
            <Icon {...icon} />
          </Button>
        );
      })}
      <span className={classes.gap} />
      <Button label={roi.undo} keys="Ctrl+Z" disabled={!canUndo} onClick={() => editor.undo()}>
        <IconArrowBackUp {...icon} />
      </Button>
      <Button label={roi.redo} keys="Ctrl+Y" disabled={!canRedo} onClick={() => editor.redo()}>
        <IconArrowForwardUp {...icon} />
      </Button>
    </div>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly keys: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Button({ label, keys, pressed, disabled = false, onClick, children }: ButtonProps) {
  return (
    <Tooltip label={`${label} (${keys})`} position="right">
      <ActionIcon
        size={32}
        aria-label={label}
        aria-pressed={pressed}
        aria-keyshortcuts={keys.replace('Ctrl', 'Control')}
        variant={pressed ? 'filled' : 'subtle'}
        color={pressed ? 'petrol' : 'gray'}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
