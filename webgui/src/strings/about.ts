/** About, citations, bug reports, keys. */
export const about = {
  title: 'About',
  lead: 'MR Optimum calculates signal-to-noise ratio, g-factor and noise-covariance maps from raw MRI data, with every number defined and its source named.',
  version: 'Version',
  server: 'Server',
  engine: 'Where results come from',
  engineText:
    'Each result names the engine version, noise source and bandwidth, replicas and seed that made it; the same task gives the same numbers on every machine.',
  cite: 'Please cite',
  citeLead: 'In publications, cite MR Optimum and the method that was used.',
  citations: [
    ['MR Optimum', 'Montin E, Lattanzi R. J Magn Reson Imaging 2021; 54:1952'],
    ['Array combination', 'Roemer PB et al. Magn Reson Med 1990; 16:192'],
    ['SENSE and g-factor', 'Pruessmann KP et al. Magn Reson Med 1999; 42:952'],
    ['GRAPPA', 'Griswold MA et al. Magn Reson Med 2002; 47:1202'],
    ['g-factor of GRAPPA', 'Breuer FA et al. Magn Reson Med 2009; 62:739'],
    ['SNR units', 'Kellman P, McVeigh ER. Magn Reson Med 2005; 54:1439, erratum 2007; 58:211'],
    ['Pseudo replicas', 'Robson PM et al. Magn Reson Med 2008; 60:895'],
    ['Generalised pseudo-replica', 'Wiens CN et al. Magn Reson Med 2011; 66:1192'],
    ['ESPIRiT', 'Uecker M et al. Magn Reson Med 2014; 71:990'],
    ['Difference image', 'NEMA MS 1; Dietrich O et al. J Magn Reson Imaging 2007; 26:375'],
  ],
  privacy: 'Privacy',
  privacyText:
    'Pages load nothing from elsewhere. Files opened without an account never leave the browser. Uploads are searched for patient identity.',
  bug: 'Report a problem',
  bugLead:
    'Say what you did, what you expected and what happened. This text tells version and browser, and nothing about you or your data.',
  bugText: 'What to send along',
  api: 'The API of this server',
  licence: 'MIT licence',
} as const;

export const shortcuts = {
  title: 'Keyboard',
  lead: 'Everything can be done without a mouse: Tab moves on, Enter and Space press, Escape closes.',
  groups: [
    {
      name: 'Everywhere',
      keys: [
        ['Ctrl K', 'Go to a page'],
        ['?', 'This page'],
        ['/', 'Search the list on this page'],
        ['Tab, Shift Tab', 'Next and previous control'],
      ],
    },
    {
      name: 'Viewer',
      keys: [
        ['1 2 3', 'Axial, coronal, sagittal'],
        ['4, 5', 'Multiplanar, 3D'],
        ['Page Up, Page Down', 'Next and previous slice'],
        ['Arrows', 'Move the crosshair; with Shift by ten pixels'],
        ['+, −, 0', 'Zoom in, out, reset'],
        ['N, B', 'Next and previous map'],
        ['X', 'Crosshair on and off'],
        ['H', 'Regions on and off'],
        ['S', 'Screenshot'],
        ['Z', 'Full screen'],
      ],
    },
    {
      name: 'Regions of interest',
      keys: [
        ['V', 'Navigate'],
        ['P, E, F', 'Pen, eraser, fill'],
        ['R, O, G', 'Rectangle, ellipse, polygon'],
        ['W, L', 'Grow, line'],
        ['Space, Enter, Escape', 'Set a point at the crosshair, finish, give up'],
        ['[ ]', 'Smaller and larger pen'],
        ['Ctrl Z, Ctrl Y', 'Undo, redo'],
      ],
    },
  ],
} as const;

export const palette = {
  title: 'Go to',
  search: 'Page',
  none: 'No page matches',
} as const;
