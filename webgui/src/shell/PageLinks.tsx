import { Link } from '@tanstack/react-router';
import { pages } from './pages.ts';
import classes from './Shell.module.css';

/** Links to the pages that one may see. */
export function PageLinks({ signedIn }: { signedIn: boolean }) {
  return pages
    .filter(({ account, bar }) => bar && (signedIn || !account))
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
