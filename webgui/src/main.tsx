import './boot/schemas.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { reloadOnNewVersion } from './boot/newVersion.ts';

reloadOnNewVersion();
createRoot(document.getElementById('root')!).render(<App />);
