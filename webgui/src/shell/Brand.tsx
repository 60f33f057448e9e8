import { Link } from '@tanstack/react-router';
import { common } from '../strings/common.ts';
import classes from './Shell.module.css';

/** Name and sign of the product; leads to the first page. */
export function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <img src="/favicon.svg" alt="" width={24} height={24} />
      {common.product}
    </Link>
  );
}
