"use client";

import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { CHANNEL_KINDS, type ChannelKind } from "@/lib/domain/delivery/kind";
import { channelKind } from "./kinds";

/** All kinds at a glance, one of them chosen. */
export function KindPicker({
  value,
  onChange,
}: {
  value: ChannelKind;
  onChange: (kind: ChannelKind) => void;
}) {
  return (
    <RadioGroup
      aria-label="Kind"
      value={value}
      onValueChange={(kind) => onChange(kind as ChannelKind)}
      className="grid grid-cols-2 gap-2 sm:grid-cols-3"
    >
      {CHANNEL_KINDS.map((kind) => {
        const { label, about, icon: Icon } = channelKind(kind);
        return (
          <Radio.Root
            key={kind}
            value={kind}
            render={<button type="button" />}
            nativeButton
            className="flex min-w-0 items-start gap-2.5 rounded-lg border border-line-2 bg-surface px-3 py-2.5 text-left shadow-sm hover:bg-hover data-[checked]:border-accent data-[checked]:bg-accent/6 [&[data-checked]_svg]:text-accent-text"
          >
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-fg-3" />
            <span className="min-w-0">
              <span className="block font-medium text-sm">{label}</span>
              <span className="block text-fg-3 text-xs">{about}</span>
            </span>
          </Radio.Root>
        );
      })}
    </RadioGroup>
  );
}
