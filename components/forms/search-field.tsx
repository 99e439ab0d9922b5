"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { InputGroup } from "@/components/ui/input";

const TYPED_FOR_MS = 250;

/** Looks things up while one types, once the typing pauses; follows the address when that changes otherwise. */
export function SearchField({
  value,
  onSearch,
  label,
  placeholder,
  className = "w-72 max-sm:w-full",
}: {
  value: string;
  onSearch: (text: string) => void;
  /** For screen readers. */
  label: string;
  placeholder: string;
  className?: string;
}) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [asked, setAsked] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== asked) setText(value);
  }
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  function type(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setAsked(next.trim());
      onSearch(next.trim());
    }, TYPED_FOR_MS);
  }
  return (
    <InputGroup
      type="search"
      aria-label={label}
      placeholder={placeholder}
      className={className}
      before={<Search aria-hidden />}
      maxLength={500}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
