import {
  Button,
  Card,
  Checkbox,
  Group,
  Pagination,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import type { DataFileView } from '@mroptimum/contract';
import { IconDownload, IconSearch, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Loading } from '../../components/Loading.tsx';
import { common } from '../../strings/common.ts';
import { home } from '../../strings/home.ts';
import classes from './Library.module.css';
import { LibraryRow } from './LibraryRow.tsx';
import { SortHeader } from './SortHeader.tsx';
import { arrange, columns, type Sorting } from './sorting.ts';
import { useDownload } from './useDownload.ts';
import { useLibrary } from './useLibrary.ts';

const DeleteFiles = lazy(async () => ({ default: (await import('./DeleteFiles.tsx')).DeleteFiles }));
const RenameFile = lazy(async () => ({ default: (await import('./RenameFile.tsx')).RenameFile }));

const pageSize = 50;

/** All files of the account: search, sort, choose, rename, download, delete. */
export function LibraryTable() {
  const library = useLibrary();
  const download = useDownload();
  const [search, setSearch] = useState('');
  const [sorting, setSorting] = useState<Sorting>({ column: 'date', descending: true });
  const [page, setPage] = useState(1);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [renaming, setRenaming] = useState<DataFileView>();
  const [deleting, setDeleting] = useState<readonly DataFileView[]>();

  const all = library.data ?? [];
  const found = arrange(all, search, sorting);
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const shown = found.slice((Math.min(page, pages) - 1) * pageSize, Math.min(page, pages) * pageSize);
  const selected = all.filter(({ id }) => chosen.has(id));
  const choose = (ids: readonly string[], on: boolean): void => {
    const next = new Set(chosen);
    for (const id of ids)
      if (on) next.add(id);
      else next.delete(id);
    setChosen(next);
  };
  const ids = shown.map(({ id }) => id);
  const everyShown = ids.length > 0 && ids.every((id) => chosen.has(id));

  return (
    <Card padding={0} className={classes.frame}>
      <Group p="sm" gap="sm" justify="space-between">
        <Group gap="xs" align="baseline">
          <Title order={2}>{home.library}</Title>
          <Text size="xs" c="dimmed" aria-live="polite">
            {selected.length > 0 ? home.selected(selected.length) : home.count(found.length, all.length)}
          </Text>
        </Group>
        <Group gap="xs">
          {selected.length > 0 && (
            <>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconDownload size={15} aria-hidden />}
                onClick={() => download.mutate(selected)}
              >
                {common.download}
              </Button>
              <Button
                size="xs"
                variant="light"
                color="red"
                leftSection={<IconTrash size={15} aria-hidden />}
                onClick={() => setDeleting(selected)}
              >
                {common.delete}
              </Button>
            </>
          )}
          <TextInput
            size="xs"
            w={220}
            data-search
            aria-label={home.search}
            placeholder={home.searchPlaceholder}
            leftSection={<IconSearch size={14} aria-hidden />}
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              setPage(1);
            }}
          />
        </Group>
      </Group>
      <ErrorNotice error={library.error ?? download.error} />
      {library.isPending && <Loading />}
      {library.data && (
        <Table.ScrollContainer minWidth={320} type="native">
          <Table highlightOnHover horizontalSpacing={8}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={36}>
                  <Checkbox
                    size="xs"
                    aria-label={home.selectAll}
                    checked={everyShown}
                    indeterminate={!everyShown && ids.some((id) => chosen.has(id))}
                    onChange={(event) => choose(ids, event.currentTarget.checked)}
                  />
                </Table.Th>
                {columns.map((column) => (
                  <SortHeader key={column} column={column} sorting={sorting} onSort={setSorting} />
                ))}
                <Table.Td w={40} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((file) => (
                <LibraryRow
                  key={file.id}
                  file={file}
                  selected={chosen.has(file.id)}
                  onSelect={(on) => choose([file.id], on)}
                  onRename={() => setRenaming(file)}
                  onDelete={() => setDeleting([file])}
                  onDownload={() => download.mutate([file])}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {library.data && found.length === 0 && (
        <Stack align="center" gap={4} p="xl">
          <Text fw={600}>{all.length === 0 ? home.empty : home.noMatch}</Text>
          {all.length === 0 && (
            <Text size="sm" c="dimmed" ta="center" maw={420}>
              {home.emptyHint}
            </Text>
          )}
        </Stack>
      )}
      {pages > 1 && (
        <Group justify="center" p="sm">
          <Pagination size="sm" total={pages} value={Math.min(page, pages)} onChange={setPage} />
        </Group>
      )}
      <Suspense>
        {renaming && <RenameFile file={renaming} onClose={() => setRenaming(undefined)} />}
        {deleting && (
          <DeleteFiles
            files={deleting}
            onClose={() => setDeleting(undefined)}
            onDeleted={() =>
              choose(
                deleting.map(({ id }) => id),
                false,
              )
            }
          />
        )}
      </Suspense>
    </Card>
  );
}
