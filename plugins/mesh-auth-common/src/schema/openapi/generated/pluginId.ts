export const pluginId = 'mesh-auth';
