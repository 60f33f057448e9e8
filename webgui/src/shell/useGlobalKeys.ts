import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';

/** Keys that work on every page: help, search, and the list of pages. */
export function useGlobalKeys(openPalette: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') openPalette();
      else if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      else if (event.key === '?') void navigate({ to: '/shortcuts' });
      else if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        if (!search) return;
        search.focus();
      } else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, [navigate, openPalette]);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable="true"]') !== null;
