import { FormSkeleton } from "../_components/form-skeleton";

export default function Loading() {
  return <FormSkeleton fields={3} beside={4} />;
}
