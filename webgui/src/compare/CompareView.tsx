import { Alert, Select, Stack, Switch, Tabs } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { Loading } from '../components/Loading.tsx';
import { RoiPanel } from '../roi/RoiPanel.tsx';
import { RoiToolbar } from '../roi/RoiToolbar.tsx';
import { preferences } from '../settings/preferences.ts';
import { compare } from '../strings/compare.ts';
import { viewer } from '../strings/viewer.ts';
import { DisplayPanel } from '../viewer/panels/DisplayPanel.tsx';
import { MapSelect } from '../viewer/panels/MapSelect.tsx';
import { carriedCursor, type DisplayStore, displayStore, firstView } from '../viewer/state/display.ts';
import { useStore } from '../viewer/state/store.ts';
import { Toolbar } from '../viewer/Toolbar.tsx';
import { useEditors } from '../viewer/useEditor.ts';
import { useViewerKeys } from '../viewer/useViewerKeys.ts';
import { AgreementPanel } from './AgreementPanel.tsx';
import classes from './Compare.module.css';
import { type Linked, link } from './link.ts';
import type { Operation } from './model/arithmetic.ts';
import { Pane } from './Pane.tsx';
import { SettingsTable } from './SettingsTable.tsx';
import { useCombined } from './useCombined.ts';
import { type Compared, sameWindow, useShownList } from './useShownList.ts';

interface Props {
  readonly items: readonly Compared[];
  readonly onMap: (key: string, mapId: number) => void;
  readonly onRemove: (key: string) => void;
}

/** Maps side by side that move together, the map of the first two, and how well they agree. */
export function CompareView({ items, onMap, onRemove }: Props) {
  const [main] = useState<DisplayStore>(() => {
    const { colour, neurological } = preferences.get();
    return displayStore({ colour, neurological, sharedWindow: true });
  });
  const [difference] = useState<DisplayStore>(() => displayStore({ colour: 'diverging' }));
  const displays = useRef(new Map<string, DisplayStore>());
  const [operation, setOperation] = useState<Operation>('difference');
  const [tab, setTab] = useState<string | null>('agreement');
  const component = useStore(main, (state) => state.component);
  const oneWindow = useStore(main, (state) => state.sharedWindow);
  const { pictures, error } = useShownList(items, component);
  const panes = useMemo(() => (oneWindow ? sameWindow(pictures) : pictures), [oneWindow, pictures]);
  const [a, b] = panes.map(({ shown }) => shown);
  const { combination, error: apart } = useCombined(a, b, operation);
  const first = panes[0]?.item.result;
  const editorOf = useEditors(first);
  const editor = a && editorOf(a.map);

  const displayOf = (key: string, index: number): DisplayStore => {
    if (index === 0) return main;
    const known = displays.current.get(key) ?? displayStore(main.get());
    displays.current.set(key, known);
    return known;
  };
  const all = (): Linked[] => [
    ...panes.map(({ item, shown }, i) => ({
      display: displayOf(item.key, i),
      grid: shown.map,
      ownColours: false,
    })),
    ...(combination ? [{ display: difference, grid: combination.shown.map, ownColours: true }] : []),
  ];
  const placed = useRef('');
  const [firstGrid] = panes.map(({ shown }) => shown.map);
  const place = panes.map(({ item }) => item.key).join();
  // Whenever pictures come or go, all begin at the same place of the patient.
  useLayoutEffect(() => {
    if (!firstGrid || placed.current === place) return;
    placed.current = place;
    const view = firstView(firstGrid);
    for (const { display, grid } of all()) {
      display.set({ ...view, cursor: carriedCursor(view.cursor ?? [0, 0, 0], firstGrid, grid) });
    }
  });
  useEffect(() => link(all()));
  useViewerKeys({
    display: main,
    editor,
    grid: a?.map,
    nextMap: () => {},
    screenshot: () => {},
    fullScreen: () => {},
  });

  if (!a || !editor) return error ? <ErrorNotice error={error} /> : <Loading />;
  return (
    <>
      <div className={classes.head}>
        <Toolbar display={main} />
        <Select
          size="xs"
          aria-label={compare.combination}
          value={operation}
          allowDeselect={false}
          onChange={(value) => value && setOperation(value as Operation)}
          data={Object.entries(compare.operations).map(([value, label]) => ({ value, label }))}
        />
        <Switch
          size="xs"
          label={compare.linkedWindow}
          checked={oneWindow}
          onChange={(event) => main.set({ sharedWindow: event.currentTarget.checked })}
        />
      </div>
      <div className={classes.body}>
        <RoiToolbar editor={editor} display={main} />
        <Stack flex={1} miw={0} gap={0}>
          <ErrorNotice error={error ?? apart} />
          {combination?.resampled && (
            <Alert color="yellow" variant="light" p="xs" icon={<IconInfoCircle aria-hidden />}>
              {compare.resampled}
            </Alert>
          )}
          <div className={classes.panes}>
            {panes.map(({ item, shown }, i) => {
              return (
                <Pane
                  key={item.key}
                  letter={compare.letters[i] ?? String(i + 1)}
                  name={item.result.name}
                  shown={shown}
                  display={displayOf(item.key, i)}
                  editor={editorOf(shown.map)}
                  controls={
                    <MapSelect
                      maps={item.result.maps.filter((map) => !map.matrix)}
                      value={item.mapId}
                      width={150}
                      label={`${viewer.map} ${compare.letters[i]}`}
                      onChange={(mapId) => onMap(item.key, mapId)}
                    />
                  }
                  onRemove={() => onRemove(item.key)}
                />
              );
            })}
            {combination && (
              <Pane
                letter={compare.short[operation]}
                name=""
                shown={combination.shown}
                display={difference}
                editor={editor}
              />
            )}
          </div>
        </Stack>
        <Tabs value={tab} onChange={setTab} className={classes.side} keepMounted={false}>
          <Tabs.List grow>
            <Tabs.Tab value="agreement">{compare.agreement}</Tabs.Tab>
            <Tabs.Tab value="regions">{compare.regions}</Tabs.Tab>
            <Tabs.Tab value="display">{viewer.display}</Tabs.Tab>
            <Tabs.Tab value="settings">{viewer.settings}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="agreement" className={classes.panel}>
            {combination && <AgreementPanel a={a.values} b={combination.b} editor={editor} />}
          </Tabs.Panel>
          <Tabs.Panel value="regions" className={classes.panel}>
            <RoiPanel editor={editor} shown={a} display={main} result={first!} jobId={undefined} />
          </Tabs.Panel>
          <Tabs.Panel value="display" className={classes.panel}>
            <DisplayPanel display={main} shown={a} underlays={[]} />
          </Tabs.Panel>
          <Tabs.Panel value="settings" className={classes.panel}>
            <SettingsTable results={items.map(({ result }) => result)} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </>
  );
}
