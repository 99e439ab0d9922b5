import { RuleFormSkeleton } from "../_components/rule-form-skeleton";

export default function Loading() {
  return <RuleFormSkeleton title="New rule" templates />;
}
