import type { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { passedOn } from './serve.ts';

/** `mroptimum doctor` */
export const doctorCommand = (terminal: Terminal): Command =>
  passedOn(terminal, 'doctor', 'what is wrong with a server on this machine, and what to do');
