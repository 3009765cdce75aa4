export { default as catalogModuleLocalRepositories } from './catalogModuleLocalRepositories';
export { default as scaffolderModuleLocalGit } from './scaffolderModuleLocalGit';
