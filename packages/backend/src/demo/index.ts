export { default as catalogModuleLocalRepositories } from './catalogModuleLocalRepositories';
export { default as meshAuthModuleDemoRealm } from './meshAuthModuleDemoRealm';
export { default as scaffolderModuleLocalGit } from './scaffolderModuleLocalGit';
