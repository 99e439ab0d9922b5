import type { Paths } from "../operation";
import { accessPaths } from "./access";
import { alertingPaths } from "./alerting";
import { annotationPaths } from "./annotations";
import { consolePaths } from "./console";
import { dashboardPaths } from "./dashboards";
import { explorePaths } from "./explore";
import { groupPaths } from "./groups";
import { incidentPaths } from "./incidents";
import { ingestPaths } from "./ingest";
import { sendingPaths } from "./sending";
import { settingsPaths } from "./settings";
import { silencePaths } from "./silences";
import { usagePaths } from "./usage";

/** Everything under /api/v1, in the order in which it is described. */
export const paths: Paths = {
  ...ingestPaths,
  ...usagePaths,
  ...groupPaths,
  ...explorePaths,
  ...dashboardPaths,
  ...alertingPaths,
  ...sendingPaths,
  ...incidentPaths,
  ...settingsPaths,
  ...silencePaths,
  ...annotationPaths,
  ...consolePaths,
  ...accessPaths,
};
