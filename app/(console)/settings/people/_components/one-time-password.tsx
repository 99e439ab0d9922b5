import { DescriptionList } from "@/components/ui/description-list";
import { SecretReveal } from "@/components/ui/secret-reveal";

/** What to hand over to somebody so that they can sign in. */
export function OneTimePassword({ email, password }: { email: string; password: string }) {
  return (
    <div className="flex flex-col gap-4">
      <p className="text-fg-2">
        Hand these over in private. The password can be changed in the settings after signing in.
      </p>
      <DescriptionList items={[{ term: "E-mail", value: email }]} />
      <SecretReveal secret={password} label="Password" />
    </div>
  );
}
