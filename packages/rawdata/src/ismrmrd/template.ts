import { Buffer } from 'node:buffer';
import { inflate } from '@mroptimum/arrays';

/**
 * An HDF5 file of 4,000 bytes, zlib-compressed: group "dataset" with the empty, growing table "data" (its type is
 * the one libismrmrd 1.8 writes: acquisition header and two values of variable length) and the text "xml".
 * h5wasm can fill such a table, but cannot make its type.
 */
const compressed =
  'eNrtVz9v1DAUd5K7Ep3aclSIUhYqhKqKDcQHKFIP3UQRdGAzbuK7M80/bOd0nWAsGx+BsUIIIQY+ABMTH4CJCTHzBYod22ni5oCDgaFnKbL9/vi9vPfze8mL/vbdpc6VDpDD90ELdEF1HOvx6nx9b/iP9ezo+VDPR66hOwXvsqZf0OfbcrsPej0pfWwNY+drW80+mI+zOPq9O/fl/EjvDUo/uXW5EHHEMC/x2P9Hu9Pw2/fUftT+M/z2l+p+z8fZxq/B02H7NH7lPImjWl3d+ku7D+/tbEsEm7q57tXrtY3j+ZhWB9pFzLoLZq8y6DhOY7/0wFFbcjZEfCdiMcIoNDIbQnVX0MaYMpImZV1w9WoQoSHT+27Z87ZAjBHLKY5xwmFOQtDR/JbKLGABSmCQ5gnHVFKWLT4KnuaEES5sQk5iDBlHcQbAiiWXjQ6EX1E6PKiJgUviuSGeRY0fr1KLjW6Sx3uYwnQAmVCKMNMy16x3RGNEIrQXYRiMUJLgSAtet+UCTsYVoQ2LrxkwRmxfUja1j8+1j92KjyaOIRGRoiHMKFbfINaZJT9lXFJe2zaxjLB+QUF5Y/FxEqQhSYaQZSjAkOKB8uGtJccpeoIDntIDGIo4JxIMMgzvLDllSOUiFwLvZR9av1rGfNUHq8/ESvhbJNfg7MOUfDXpUoFP4QU1uh9n0M1GouVWlD/PoMsiElR1v8xiF3Ei7wIvcHTy9t9mOIOEk4LyQ97LjsLpvspbkUaJfpzBm6CCI5OXBrlboHJvT7COKRriwnYtr/LdxWrBxleaCGgo7Jlv3iq/iLdYdSw6xRnmFQQs2vawOnL5FH0oa0pBq9JzpurIio5nV8fTb4iFlIUkKX2+6CiddVvHP6kVhc4gSpHWuj1Fpylv8u4U/VQIrmlfmuRMPx39Rq4trEmbrqdao6/ru+e6pqTLFjwx1X5Feyf333da+6rPuqXPm+d+3U9MXXq5PO+t9T67oBLgNPdZx/rf9ARfrtccUOLXqfwplnl1rbw6Jq31L3I7ryLl/zUePwGsczCd';

const size = 4000;

/** The bytes of an ISMRMRD file without acquisitions. */
export const emptyIsmrmrd = (): Uint8Array =>
  inflate(new Uint8Array(Buffer.from(compressed, 'base64')), size, 'zlib') ?? new Uint8Array(0);
