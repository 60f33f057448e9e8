import {
  ActionIcon,
  type ActionIconProps,
  Anchor,
  type AnchorProps,
  Button,
  type ButtonProps,
  Menu,
  type MenuItemProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type LinkTo<Props> = Props &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props> & { ref?: Ref<HTMLAnchorElement> };

/** Text that leads to a page of ours. */
export const AnchorLink = createLink((props: LinkTo<AnchorProps>) => <Anchor {...props} />);

/** A button that leads to a page of ours. */
export const ButtonLink = createLink((props: LinkTo<ButtonProps>) => <Button component="a" {...props} />);

/** An icon that leads to a page of ours; needs an aria-label. */
export const IconLink = createLink((props: LinkTo<ActionIconProps>) => (
  <ActionIcon component="a" {...props} />
));

/** An entry of a menu that leads to a page of ours. */
export const MenuLink = createLink((props: LinkTo<MenuItemProps>) => <Menu.Item component="a" {...props} />);
