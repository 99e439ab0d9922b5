import { GroupPage } from "../_components/group-page";
import { type GroupProps, groupMetadata, readGroup } from "../_components/read-group";

export const generateMetadata = (props: GroupProps) => groupMetadata("pool", props);

export default async function Pool(props: GroupProps) {
  return <GroupPage {...(await readGroup("pool", props))} />;
}
