import {
  IconAdjustments,
  IconChartLine,
  IconColumns,
  IconFolderOpen,
  IconHome,
  IconInfoCircle,
  IconKeyboard,
  IconListCheck,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { shell } from '../strings/shell.ts';

/** The pages; `bar`: shown in the head, `account`: only for those who are signed in. */
export const pages = [
  { to: '/', label: shell.home, Icon: IconHome, account: true, bar: true },
  { to: '/setup', label: shell.setup, Icon: IconAdjustments, account: true, bar: true },
  { to: '/jobs', label: shell.jobs, Icon: IconListCheck, account: true, bar: true },
  { to: '/compare', label: shell.compare, Icon: IconColumns, account: true, bar: true },
  { to: '/trend', label: shell.trend, Icon: IconChartLine, account: true, bar: true },
  { to: '/open', label: shell.open, Icon: IconFolderOpen, account: false, bar: true },
  { to: '/settings', label: shell.settings, Icon: IconSettings, account: true, bar: false },
  { to: '/admin', label: shell.admin, Icon: IconUsers, account: true, bar: false },
  { to: '/shortcuts', label: shell.shortcuts, Icon: IconKeyboard, account: false, bar: false },
  { to: '/about', label: shell.about, Icon: IconInfoCircle, account: false, bar: false },
] as const;
