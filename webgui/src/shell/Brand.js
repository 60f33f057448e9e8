import { jsx as _jsx, jsxs as _jsxs } from "react/jsx-runtime";
import { Link } from '@tanstack/react-router';
import { common } from '../strings/common.ts';
import classes from './Shell.module.css';
/** Name and sign of the product; leads to the first page. */
export function Brand() {
    return (_jsxs(Link, { to: "/", className: classes.brand, children: [_jsx("img", { src: "/favicon.svg", alt: "", width: 24, height: 24 }), common.product] }));
}
