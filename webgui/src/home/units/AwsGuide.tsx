import { Button, Group, Modal, Stack, Stepper } from '@mantine/core';
import { useState } from 'react';
import { common } from '../../strings/common.ts';
import { units } from '../../strings/units.ts';
import { AwsAccountStep } from './AwsAccountStep.tsx';
import { AwsRegistrationStep } from './AwsRegistrationStep.tsx';
import { AwsTemplateStep } from './AwsTemplateStep.tsx';
import type { AwsAccount } from './aws.ts';
import { HealthReport } from './HealthReport.tsx';

/** A user's own account becomes a unit, in four steps: name it, deploy the template, register, look at its health. */
export function AwsGuide({ onClose }: { onClose: () => void }) {
  const [step, setStep] = useState(0);
  const [account, setAccount] = useState<AwsAccount>();
  const next = (): void => setStep((current) => current + 1);
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={units.aws.title}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <Stepper active={step} size="xs" onStepClick={setStep} allowNextStepsSelect={false}>
        <Stepper.Step label={units.aws.steps[0]}>
          <AwsAccountStep
            onDone={(made) => {
              setAccount(made);
              next();
            }}
          />
        </Stepper.Step>
        <Stepper.Step label={units.aws.steps[1]}>
          {account && <AwsTemplateStep account={account} onChange={setAccount} onDone={next} />}
        </Stepper.Step>
        <Stepper.Step label={units.aws.steps[2]}>
          {account && (
            <AwsRegistrationStep
              account={account}
              onDone={(unitId) => {
                setAccount({ ...account, unitId });
                next();
              }}
            />
          )}
        </Stepper.Step>
        <Stepper.Step label={units.aws.steps[3]}>
          {account && (
            <Stack>
              <HealthReport unitId={account.unitId} />
              <Group justify="flex-end">
                <Button onClick={onClose}>{units.aws.done}</Button>
              </Group>
            </Stack>
          )}
        </Stepper.Step>
      </Stepper>
    </Modal>
  );
}
