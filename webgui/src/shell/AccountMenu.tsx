import { Avatar, Menu, UnstyledButton } from '@mantine/core';
import {
  IconBug,
  IconInfoCircle,
  IconKeyboard,
  IconLogout,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useUploads } from '../home/upload/UploadsProvider.tsx';
import { queryClient } from '../queries/client.ts';
import { useBrain } from '../session/BrainProvider.tsx';
import { useProfile } from '../session/useProfile.ts';
import { shell } from '../strings/shell.ts';

const icon = { size: 16, stroke: 1.7, 'aria-hidden': true } as const;

/** Who is signed in, and the pages that belong to an account. */
export function AccountMenu() {
  const brain = useBrain();
  const uploads = useUploads();
  const { data: profile } = useProfile();
  const signOut = async (): Promise<void> => {
    // Uploads under way would go on asking for links with a session that has ended.
    uploads?.stop();
    await brain.signOut();
    queryClient.clear();
  };
  const initials =
    profile && (`${profile.firstname[0] ?? ''}${profile.lastname[0] ?? ''}` || profile.username[0]);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={`${shell.account} ${initials?.toUpperCase() ?? ''}`.trim()}>
          <Avatar size={32} color="petrol" radius="xl">
            {initials?.toUpperCase()}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {profile && <Menu.Label>{profile.email}</Menu.Label>}
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings {...icon} />}>
          {shell.settings}
        </Menu.Item>
        {profile?.isAdmin && (
          <Menu.Item component={Link} to="/admin" leftSection={<IconUsers {...icon} />}>
            {shell.admin}
          </Menu.Item>
        )}
        <Menu.Item component={Link} to="/shortcuts" leftSection={<IconKeyboard {...icon} />}>
          {shell.shortcuts}
        </Menu.Item>
        <Menu.Item component={Link} to="/about" leftSection={<IconInfoCircle {...icon} />}>
          {shell.about}
        </Menu.Item>
        <Menu.Item component={Link} to="/about" hash="problem" leftSection={<IconBug {...icon} />}>
          {shell.problem}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={signOut} leftSection={<IconLogout {...icon} />}>
          {shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
