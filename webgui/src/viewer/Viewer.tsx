import { Group, Tabs, Text, VisuallyHidden } from '@mantine/core';
import { useDocumentTitle, useFullscreenElement } from '@mantine/hooks';
import { resultMaps } from '@mroptimum/contract';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { ErrorNotice, ProblemNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import type { Tool } from '../roi/editor.ts';
import { RoiPanel } from '../roi/RoiPanel.tsx';
import { RoiToolbar } from '../roi/RoiToolbar.tsx';
import { preferences } from '../settings/preferences.ts';
import { common } from '../strings/common.ts';
import { viewer } from '../strings/viewer.ts';
import { LocationStrip } from './LocationStrip.tsx';
import { MatrixView } from './matrix/MatrixView.tsx';
import { unitOf } from './model/format.ts';
import type { Result } from './model/source.ts';
import { sameGrid } from './model/volume.ts';
import { DisplayPanel } from './panels/DisplayPanel.tsx';
import { InfoPanel, LogPanel } from './panels/InfoPanel.tsx';
import { MapSelect } from './panels/MapSelect.tsx';
import { Stage } from './Stage.tsx';
import { pictureOf, save } from './screenshot.ts';
import { carriedCursor, type DisplayStore, displayStore, firstView } from './state/display.ts';
import { displayAt } from './state/place.ts';
import type { Place } from './state/placeSchema.ts';
import { colourOf, windowOf } from './state/shown.ts';
import { useStore } from './state/store.ts';
import { Toolbar } from './Toolbar.tsx';
import { useEditors } from './useEditor.ts';
import { useInterval } from './useInterval.ts';
import { useMap, useShown } from './useShown.ts';
import { useTellPlace } from './useTellPlace.ts';
import { useViewerKeys } from './useViewerKeys.ts';
import classes from './Viewer.module.css';

interface Props {
  readonly result: Result;
  /** The job, where drawings can be kept on the server. */
  readonly jobId?: string;
  /** Buttons beside the map: report, download. */
  readonly actions?: ReactNode;
  /** What is shown first. */
  readonly place?: Place;
  /** Told what is looked at, when it changes. */
  readonly onPlace?: (place: Place) => void;
}

/** A result: its maps, what is measured on them, and how they came about. */
export function Viewer({ result, jobId, actions, place, onPlace }: Props) {
  useDocumentTitle(`${result.name} · ${common.product}`);
  const frame = useRef<HTMLDivElement>(null);
  const [display] = useState<DisplayStore>(() => {
    const { colour, neurological } = preferences.get();
    return displayStore({ colour, neurological });
  });
  const [mapId, setMapId] = useState<number | undefined>(() => firstMap(result, place));
  const { loaded, error } = useMap(result, mapId);
  const editorOf = useEditors(result);
  const { ref: fullRef, toggle: fullScreen, fullscreen } = useFullscreenElement();
  const [chosenTab, setTab] = useState<string | null>('display');
  const shownBefore = useRef<typeof loaded>(undefined);

  // The crosshair stays at its place of the patient when a map of another grid is shown.
  useLayoutEffect(() => {
    if (!loaded || loaded.entry.matrix || loaded === shownBefore.current) return;
    const before = shownBefore.current?.map;
    shownBefore.current = loaded;
    if (!before) {
      const { map: grid, entry } = loaded;
      display.set(firstView(grid));
      if (place && entry.id === firstMap(result, place)) {
        display.set(displayAt(place, { id: entry.id, grid }, display.get()));
      }
    } else if (!sameGrid(before, loaded.map)) {
      display.set(({ cursor }) => ({ cursor: carriedCursor(cursor, before, loaded.map) }));
    }
  }, [loaded, display, place, result]);
  const shown = useShown(loaded, display);
  const underlayId = useStore(display, (state) => state.underlay);
  const underlayMap = useMap(result, underlayId);
  const underlayShown = useShown(underlayMap.loaded, display);
  const fits =
    shown && underlayShown && sameGrid(shown.map, underlayShown.map) && underlayShown.id !== shown.id;
  const matrix = loaded?.entry.matrix === true;
  const editor = shown && !matrix ? editorOf(shown.map) : undefined;
  useTellPlace(display, shown, matrix, onPlace);
  // A matrix has neither a window nor regions; a calculation that failed has its log.
  const needsMap = chosenTab === 'display' || chosenTab === 'measure';
  const withoutMap = result.failure ? 'log' : 'info';
  const tab = needsMap && (matrix || result.maps.length === 0) ? withoutMap : chosenTab;
  const interval = useInterval(result, shown?.id ?? -1, shown?.map ?? emptyGrid);
  const covariance = useMap(result, matrix ? resultMaps.noiseCovariance.id : undefined).loaded?.map;
  const { snrUnits } = result.info.info;

  const nextMap = (by: 1 | -1): void => {
    const at = result.maps.findIndex(({ id }) => id === mapId);
    setMapId(result.maps[(at + by + result.maps.length) % result.maps.length]?.id);
  };
  const screenshot = async (): Promise<void> => {
    const canvases = [...(frame.current?.querySelectorAll('canvas') ?? [])];
    if (!shown || canvases.length === 0) return;
    const unit = unitOf(shown.id, shown.component, snrUnits);
    const caption = {
      title: `${result.name} · ${shown.name}`,
      display: { colour: colourOf(display.get(), shown), gamma: display.get().gamma },
      window: windowOf(display.get(), shown),
      unit,
    };
    save(await pictureOf(canvases, caption), `${result.name} ${shown.name}.png`);
  };
  const onTool = (tool: Tool): void => {
    if (tool !== 'navigate') setTab('measure');
  };
  useViewerKeys({ display, editor, grid: shown?.map, nextMap, screenshot, fullScreen, onTool });

  const panel = (name: string, content: ReactNode) => (
    <Tabs.Panel value={name} className={classes.panel}>
      {content}
    </Tabs.Panel>
  );
  return (
    <div className={classes.viewer} ref={fullRef}>
      <VisuallyHidden component="h1">{result.name}</VisuallyHidden>
      {result.failure && (
        <div className={classes.notice}>
          <ProblemNotice problem={result.failure} />
        </div>
      )}
      <div className={classes.head}>
        {mapId !== undefined && <MapSelect maps={result.maps} value={mapId} onChange={setMapId} />}
        {shown && !matrix && <Toolbar {...{ display, screenshot, fullScreen, fullscreen }} />}
        <Group gap="xs" ml="auto" wrap="nowrap">
          {actions}
        </Group>
      </div>
      <div className={classes.body}>
        <div className={classes.middle} ref={frame}>
          <ErrorNotice error={error} />
          {result.maps.length === 0 && <Text p="lg">{viewer.noMaps}</Text>}
          {mapId !== undefined && !loaded && !error && <Loading />}
          {matrix && loaded && (
            <MatrixView
              key={loaded.entry.id}
              map={loaded.map}
              coefficients={loaded.entry.id === resultMaps.noiseCoefficients.id}
              covariance={covariance}
              colour={display.get().colour}
            />
          )}
          {shown && editor && (
            <>
              <div className={classes.work}>
                <RoiToolbar {...{ editor, display, onTool }} />
                <Stage
                  {...{ shown, display, editor, snrUnits }}
                  underlay={fits ? underlayShown : undefined}
                />
              </div>
              <LocationStrip {...{ shown, display, interval, snrUnits }} />
            </>
          )}
        </div>
        <Tabs value={tab} onChange={setTab} className={classes.side} keepMounted={false}>
          <Tabs.List grow>
            {shown && !matrix && <Tabs.Tab value="display">{viewer.display}</Tabs.Tab>}
            {editor && <Tabs.Tab value="measure">{viewer.measure}</Tabs.Tab>}
            <Tabs.Tab value="info">{viewer.settings}</Tabs.Tab>
            <Tabs.Tab value="log">{viewer.log}</Tabs.Tab>
          </Tabs.List>
          {shown &&
            !matrix &&
            panel(
              'display',
              <DisplayPanel
                display={display}
                shown={shown}
                underlays={result.maps.filter((map) => !map.matrix && map.id !== shown.id && map.id < 1000)}
              />,
            )}
          {shown && editor && panel('measure', <RoiPanel {...{ editor, shown, display, result, jobId }} />)}
          {panel('info', <InfoPanel result={result} map={matrix ? undefined : loaded?.map} />)}
          {panel('log', <LogPanel result={result} />)}
        </Tabs>
      </div>
    </div>
  );
}

const emptyGrid = { size: [0, 0, 0], spacing: [1, 1, 1] } as const;

/** The one that was asked for; SNR where there is one, as every result has; else the first map. */
const firstMap = ({ maps }: Result, place?: Place): number | undefined =>
  (maps.find(({ id }) => id === place?.map) ?? maps.find(({ id }) => id === resultMaps.snr.id) ?? maps[0])
    ?.id;
