import { Stack } from '@mantine/core';
import type { Result } from '../viewer/model/source.ts';
import type { DisplayStore } from '../viewer/state/display.ts';
import type { Shown } from '../viewer/state/shown.ts';
import type { RoiEditor } from './editor.ts';
import { FilePanel } from './panel/FilePanel.tsx';
import { HistogramPlot } from './panel/HistogramPlot.tsx';
import { ProfilePlot } from './panel/ProfilePlot.tsx';
import { RegionList } from './panel/RegionList.tsx';
import { StatisticsTable } from './panel/StatisticsTable.tsx';
import { ThresholdBox } from './panel/ThresholdBox.tsx';
import { ToolOptions } from './panel/ToolOptions.tsx';
import { useMeasured } from './useMeasured.ts';

interface Props {
  readonly editor: RoiEditor;
  readonly shown: Shown;
  readonly display: DisplayStore;
  readonly result: Result;
  readonly jobId: string | undefined;
}

/** Regions: the list of labels, options of the tool, statistics, histogram, profile, files. */
export function RoiPanel({ editor, shown, display, result, jobId }: Props) {
  const regions = useMeasured(editor, shown);
  return (
    <Stack gap="md">
      <RegionList editor={editor} shown={shown} display={display} regions={regions} />
      <ToolOptions editor={editor} display={display} />
      <StatisticsTable editor={editor} shown={shown} result={result} regions={regions} />
      <HistogramPlot shown={shown} display={display} regions={regions} />
      <ProfilePlot editor={editor} shown={shown} display={display} />
      <ThresholdBox editor={editor} shown={shown} display={display} />
      <FilePanel editor={editor} name={result.name} jobId={jobId} />
    </Stack>
  );
}
