import { Modal, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useProfile } from '../session/useProfile.ts';
import { palette } from '../strings/about.ts';
import { common } from '../strings/common.ts';
import { pages } from './pages.ts';
import classes from './Shell.module.css';

/** At once: whoever opens this by keys goes on typing. */
const focus = (input: HTMLInputElement | null): void => input?.focus();

/** Goes to a page by the first letters of its name. */
export function Palette({ signedIn, onClose }: { signedIn: boolean; onClose: () => void }) {
  const navigate = useNavigate();
  const isAdmin = useProfile().data?.isAdmin ?? false;
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = pages.filter(
    ({ to, label, account }) =>
      (signedIn || !account) &&
      (to !== '/admin' || isAdmin) &&
      label.toLowerCase().includes(typed.toLowerCase()),
  );
  const go = (to: (typeof pages)[number]['to'] | undefined): void => {
    if (to === undefined) return;
    onClose();
    void navigate({ to });
  };
  const move = (by: number): void => setChosen((chosen + by + found.length) % Math.max(1, found.length));
  return (
    <Modal
      opened
      onClose={onClose}
      title={palette.title}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': common.close }}
    >
      <TextInput
        aria-label={palette.search}
        data-autofocus
        ref={focus}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') move(1);
          else if (event.key === 'ArrowUp') move(-1);
          else if (event.key === 'Enter') go(found[chosen]?.to);
          else return;
          event.preventDefault();
        }}
      />
      <div className={classes.palette}>
        {found.map(({ to, label, Icon }, i) => (
          <UnstyledButton
            key={to}
            className={classes.entry}
            data-chosen={i === chosen || undefined}
            onClick={() => go(to)}
          >
            <Icon size={17} stroke={1.7} aria-hidden />
            {label}
          </UnstyledButton>
        ))}
        {found.length === 0 && <Text c="dimmed">{palette.none}</Text>}
      </div>
    </Modal>
  );
}
