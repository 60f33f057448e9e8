import { Drawer } from '@mantine/core';
import { shell } from '../strings/shell.ts';
import { Brand } from './Brand.tsx';
import { PageLinks } from './PageLinks.tsx';
import classes from './Shell.module.css';

/** The links to the pages, on small screens. */
export function SideMenu({ signedIn, onClose }: { signedIn: boolean; onClose: () => void }) {
  return (
    <Drawer
      opened
      onClose={onClose}
      hiddenFrom="md"
      size={260}
      title={<Brand />}
      closeButtonProps={{ 'aria-label': shell.closeMenu }}
    >
      <nav aria-label={shell.navigation} className={classes.drawer}>
        <PageLinks signedIn={signedIn} />
      </nav>
    </Drawer>
  );
}
