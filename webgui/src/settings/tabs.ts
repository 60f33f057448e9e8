/** Tabs of the settings, as the address names them. */
export const settingsTabs = ['general', 'account', 'tokens'] as const;
export type SettingsTab = (typeof settingsTabs)[number];
