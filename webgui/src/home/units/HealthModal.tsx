import { Modal } from '@mantine/core';
import { common } from '../../strings/common.ts';
import { units } from '../../strings/units.ts';
import { HealthReport } from './HealthReport.tsx';
import type { UnitView } from './useUnits.ts';

/** The health of a unit, asked for when it opens. */
export function HealthModal({ unit, onClose }: { unit: UnitView; onClose: () => void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={units.health(unit.alias)}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <HealthReport unitId={unit.computingUnitId} />
    </Modal>
  );
}
