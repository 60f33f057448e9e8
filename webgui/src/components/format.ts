const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 1 536 000 → "1.54 MB". */
export function bytes(count: number): string {
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${units[power]}`;
}

/** Seconds as people say them: "less than 1 s", "8 s", "2 min 5 s", "3 h 20 min". */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than 1 s';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const dateFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** "24 Nov 2026, 14:05" in local time. */
export const dateTime = (iso: string): string => dateFormat.format(new Date(iso));

/** "2026-11-24 14:05" in local time, for lists that are sorted by it. */
export function minuteOf(time: string | number): string {
  const at = new Date(time);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** "14:05:09" of a line of a log in local time. Those of older engines are no ISO text, and shown as they are. */
export function clockTime(when: string): string {
  const at = Date.parse(when);
  return Number.isNaN(at) ? when : clock.format(at);
}

/** "just now", "5 min ago", "3 h ago", then the date. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  return dateTime(iso);
}
