import { pipelineStatusSchema } from '@mroptimum/contract';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod';
import { ErrorNotice } from './components/ErrorNotice.tsx';
import { Loading } from './components/Loading.tsx';
import { NotFound } from './components/NotFound.tsx';
import { Page } from './components/Page.tsx';
import { tokens } from './session/brain.ts';
import { pathOnly } from './session/next.ts';
import { settingsTabs } from './settings/tabs.ts';
import { Shell } from './shell/Shell.tsx';
import { common } from './strings/common.ts';
import { placeSchema } from './viewer/state/placeSchema.ts';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** Everything below needs an account; who has none yet comes back to the same address after signing in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signedIn',
  component: Outlet,
  beforeLoad: ({ location }) => {
    if (!tokens.isSignedIn()) throw redirect({ to: '/login', search: { next: location.href } });
  },
});

/** Where to go after signing in: a path of this server, never another one. */
const nextSchema = z.object({ next: z.string().transform(pathOnly).optional().catch(undefined) });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: nextSchema,
  component: lazyRouteComponent(() => import('./session/LoginPage.tsx'), 'LoginPage'),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  component: lazyRouteComponent(() => import('./session/RegisterPage.tsx'), 'RegisterPage'),
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./session/ForgotPage.tsx'), 'ForgotPage'),
});
const open = createRoute({
  getParentRoute: () => root,
  path: '/open',
  component: lazyRouteComponent(() => import('./viewer/OpenPage.tsx'), 'OpenPage'),
});
const about = createRoute({
  getParentRoute: () => root,
  path: '/about',
  component: lazyRouteComponent(() => import('./about/AboutPage.tsx'), 'AboutPage'),
});
const shortcuts = createRoute({
  getParentRoute: () => root,
  path: '/shortcuts',
  component: lazyRouteComponent(() => import('./about/ShortcutsPage.tsx'), 'ShortcutsPage'),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./home/HomePage.tsx'), 'HomePage'),
});
const setup = createRoute({
  getParentRoute: () => signedIn,
  path: '/setup',
  /** `job`: begin with the settings of that job. `signal`: begin with that file of the library. */
  validateSearch: z.object({
    job: z.string().optional().catch(undefined),
    signal: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./setup/SetupPage.tsx'), 'SetupPage'),
});
const jobs = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs',
  /** `job`: the one whose details are shown. */
  validateSearch: z.object({
    status: pipelineStatusSchema.optional().catch(undefined),
    search: z.string().optional().catch(undefined),
    job: z.string().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('./jobs/JobsPage.tsx'), 'JobsPage'),
});
const result = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs/$id',
  validateSearch: placeSchema,
  component: lazyRouteComponent(() => import('./viewer/ResultPage.tsx'), 'ResultPage'),
});
const compare = createRoute({
  getParentRoute: () => signedIn,
  path: '/compare',
  /** `jobs`: ids with commas between. */
  validateSearch: z.object({ jobs: z.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./compare/ComparePage.tsx'), 'ComparePage'),
});
const report = createRoute({
  getParentRoute: () => signedIn,
  path: '/report/$id',
  component: lazyRouteComponent(() => import('./report/ReportPage.tsx'), 'ReportPage'),
});
const trend = createRoute({
  getParentRoute: () => signedIn,
  path: '/trend',
  component: lazyRouteComponent(() => import('./report/TrendPage.tsx'), 'TrendPage'),
});
const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  validateSearch: z.object({ tab: z.enum(settingsTabs).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('./settings/SettingsPage.tsx'), 'SettingsPage'),
});
const admin = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin',
  component: lazyRouteComponent(() => import('./admin/AdminPage.tsx'), 'AdminPage'),
});

const routeTree = root.addChildren([
  login,
  register,
  forgot,
  open,
  about,
  shortcuts,
  signedIn.addChildren([home, setup, jobs, result, compare, report, trend, settings, admin]),
]);

/** Every page by its address; each is loaded when it is first needed, or when the pointer nears its link. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultPendingComponent: Loading,
  defaultErrorComponent: ({ error }) => (
    <Page title={common.failed}>
      <ErrorNotice error={error} />
    </Page>
  ),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
