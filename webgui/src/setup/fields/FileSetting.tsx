import { Box, Group, Select, Text } from '@mantine/core';
import { bytes } from '../../components/format.ts';
import { setup } from '../../strings/setup.ts';
import { useLibrary } from '../library.ts';
import type { FieldId } from '../model/fields.ts';
import type { ChosenFile } from '../model/form.ts';
import { useSetup } from '../state.tsx';
import { UploadButton } from './UploadButton.tsx';

interface Props {
  readonly field: FieldId;
  readonly label: string;
  readonly hint?: string;
  readonly value: ChosenFile | undefined;
  /** Files of this kind come first. */
  readonly prefer: 'raw' | 'image';
  readonly onChange: (file: ChosenFile | undefined) => void;
}

/** One file of the library. */
export function FileSetting({ field, label, hint, value, prefer, onChange }: Props) {
  const { shows, errorOf } = useSetup();
  const library = useLibrary();
  if (!shows(field)) return null;
  const files = library.data ?? [];
  const known = value && !files.some(({ id }) => id === value.id) ? [value, ...files] : files;
  const isImage = ({ summary }: ChosenFile): boolean => summary.kind === 'image';
  const group = (name: string, images: boolean) => ({
    group: name,
    items: known
      .filter((file) => isImage(file) === images)
      .map(({ id, filename }) => ({ value: id, label: filename })),
  });
  const groups = [group(setup.rawFiles, false), group(setup.imageFiles, true)];
  return (
    <Box pos="relative">
      <Select
        id={field}
        label={label}
        description={hint}
        error={errorOf(field)}
        placeholder={setup.choose}
        nothingFoundMessage={setup.noFiles}
        data={(prefer === 'raw' ? groups : groups.reverse()).filter(({ items }) => items.length > 0)}
        value={value?.id ?? null}
        onChange={(id) => onChange(known.find((file) => file.id === id))}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': `${setup.clear}: ${label}` }}
        maxDropdownHeight={320}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        renderOption={({ option }) => {
          const file = known.find(({ id }) => id === option.value);
          return (
            <Group justify="space-between" gap="md" wrap="nowrap" w="100%">
              <Text size="sm" truncate>
                {option.label}
              </Text>
              <Text size="xs" c="dimmed" className="numeric" style={{ flexShrink: 0 }}>
                {file && describe(file)}
              </Text>
            </Group>
          );
        }}
      />
      <UploadButton label={label} library={files} onArrived={onChange} />
    </Box>
  );
}

/** "256 × 256 × 10 · 16 coils · 41 MB" */
export function describe({ summary, size }: ChosenFile): string {
  const matrix = summary.matrix ?? summary.shape;
  return [
    ...(matrix === undefined ? [] : [String(matrix)]),
    ...(summary.coils === undefined ? [] : [`${summary.coils} coils`]),
    bytes(size),
  ].join(' · ');
}
