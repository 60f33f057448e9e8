/** Set by the build: whether it found the template of Mode 2, which the server then offers for download. */
declare const hasMode2Template: boolean;
