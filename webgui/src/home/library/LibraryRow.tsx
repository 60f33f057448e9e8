import { ActionIcon, Badge, Checkbox, Menu, Table, Text, Tooltip } from '@mantine/core';
import type { DataFileView } from '@mroptimum/contract';
import { IconAdjustments, IconDots, IconDownload, IconPencil, IconTrash } from '@tabler/icons-react';
import { ago, bytes, dateTime } from '../../components/format.ts';
import { MenuLink } from '../../components/links.tsx';
import { common } from '../../strings/common.ts';
import { home } from '../../strings/home.ts';
import { contentOf } from './content.ts';
import classes from './Library.module.css';

interface Props {
  readonly file: DataFileView;
  readonly selected: boolean;
  readonly onSelect: (selected: boolean) => void;
  readonly onRename: () => void;
  readonly onDelete: () => void;
  readonly onDownload: () => void;
}

const colours = { available: 'teal', refused: 'red', checking: 'gray', uploading: 'gray' } as const;

/** One file of the library. */
export function LibraryRow({ file, selected, onSelect, onRename, onDelete, onDownload }: Props) {
  const { kind, matrix, coils, slices, marks } = contentOf(file);
  const { notice, status } = file;
  const available = status === 'available';
  return (
    <Table.Tr data-selected={selected || undefined}>
      <Table.Td w={36}>
        <Checkbox
          size="xs"
          aria-label={home.select(file.filename)}
          checked={selected}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td className={classes.name}>
        <Text size="sm" fw={500} lineClamp={2} title={file.filename} className={classes.anywhere}>
          {file.filename}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {[kind, matrix, bytes(file.size), ago(file.created_at)]
            .filter(Boolean)
            .map((part) => part.replaceAll(' ', '\u00a0'))
            .join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm" miw={150}>
        <Text size="sm" className={classes.nowrap}>
          {kind}
        </Text>
        {marks.length > 0 && (
          <Text size="xs" c="dimmed">
            {marks.map((mark) => mark.replaceAll(' ', '\u00a0')).join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm" className={classes.nowrap}>
        {matrix}
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {coils}
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        {slices}
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right" className={classes.nowrap}>
        {bytes(file.size)}
      </Table.Td>
      <Table.Td visibleFrom="sm" className={classes.nowrap} title={dateTime(file.created_at)}>
        {ago(file.created_at)}
      </Table.Td>
      <Table.Td>
        <Tooltip
          label={notice && `${notice.message} ${notice.hint.replaceAll('`', '')}`}
          disabled={!notice}
          multiline
          maw={380}
          events={{ hover: true, focus: true, touch: true }}
        >
          <Badge
            size="sm"
            color={notice && available ? 'yellow' : colours[status]}
            tabIndex={notice ? 0 : undefined}
            aria-label={notice ? `${home.status[status]}: ${notice.message}` : undefined}
            role={notice ? 'note' : undefined}
          >
            {notice && available ? home.remark : home.status[status]}
          </Badge>
        </Tooltip>
      </Table.Td>
      <Table.Td w={40}>
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon aria-label={home.actions(file.filename)}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {available && (
              <>
                <MenuLink
                  to="/setup"
                  search={{ signal: file.id }}
                  leftSection={<IconAdjustments size={16} aria-hidden />}
                >
                  {home.setUp}
                </MenuLink>
                <Menu.Item leftSection={<IconDownload size={16} aria-hidden />} onClick={onDownload}>
                  {common.download}
                </Menu.Item>
                <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onRename}>
                  {common.rename}
                </Menu.Item>
              </>
            )}
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={onDelete}>
              {common.delete}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
