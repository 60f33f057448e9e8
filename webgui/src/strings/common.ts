/** Words that several areas use. */
export const common = {
  product: 'MR Optimum',
  loading: 'Loading …',
  errorCode: 'Error code',
  tryAgain: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save',
  delete: 'Delete',
  rename: 'Rename',
  download: 'Download',
  failed: 'This page cannot be shown',
  notFound: 'There is no such page',
  notFoundHint: 'The address may be mistyped, or the page has moved.',
  goHome: 'Go to the library',
  copy: 'Copy',
  copied: 'Copied',
} as const;
