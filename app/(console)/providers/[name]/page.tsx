import { GroupPage } from "../../pools/_components/group-page";
import { type GroupProps, groupMetadata, readGroup } from "../../pools/_components/read-group";

export const generateMetadata = (props: GroupProps) => groupMetadata("provider", props);

export default async function Provider(props: GroupProps) {
  return <GroupPage {...(await readGroup("provider", props))} />;
}
