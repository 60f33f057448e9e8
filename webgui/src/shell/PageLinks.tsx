import {
  IconAdjustments,
  IconChartLine,
  IconColumns,
  IconFolderOpen,
  IconHome,
  IconListCheck,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { shell } from '../strings/shell.ts';
import classes from './Shell.module.css';

const pages = [
  { to: '/', label: shell.home, Icon: IconHome, account: true },
  { to: '/setup', label: shell.setup, Icon: IconAdjustments, account: true },
  { to: '/jobs', label: shell.jobs, Icon: IconListCheck, account: true },
  { to: '/compare', label: shell.compare, Icon: IconColumns, account: true },
  { to: '/trend', label: shell.trend, Icon: IconChartLine, account: true },
  { to: '/open', label: shell.open, Icon: IconFolderOpen, account: false },
] as const;

/** Links to the pages that one may see. */
export function PageLinks({ signedIn }: { signedIn: boolean }) {
  return pages
    .filter(({ account }) => signedIn || !account)
    .map(({ to, label, Icon }) => (
      <Link
        key={to}
        to={to}
        className={classes.link}
        activeOptions={{ exact: to === '/', includeSearch: false }}
      >
        <Icon size={17} stroke={1.7} aria-hidden />
        {label}
      </Link>
    ));
}
