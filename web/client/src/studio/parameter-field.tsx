// One parameter of an engine, in the control that suits it.
import { useId } from "react";
import { Button } from "react-aria-components/Button";
import { CheckboxButton, CheckboxField } from "react-aria-components/Checkbox";
import { CheckboxGroup } from "react-aria-components/CheckboxGroup";
import { Label } from "react-aria-components/Label";
import { Check } from "lucide-react";
import { Select } from "../ui/select";
import { Switch } from "../ui/switch";
import { TextInput } from "../ui/text-input";
import { mistakeIn, valueInWords, type Parameter, type Value } from "./engine-form";
import { sentenceCase } from "./format";
import { Range } from "./range";
import "./parameter-field.css";

export interface ParameterFieldProps<Kind extends Parameter = Parameter> {
  parameter: Kind;
  value: Value | undefined;
  onChange: (value: Value) => void;
}

type Of<Kind extends Parameter["kind"]> = ParameterFieldProps<Extract<Parameter, { kind: Kind }>>;

export function ParameterField({ parameter, value, onChange }: ParameterFieldProps) {
  switch (parameter.kind) {
    case "choice":
      return <ChoiceParameter parameter={parameter} value={value} onChange={onChange} />;
    case "choices":
      return <ChoicesParameter parameter={parameter} value={value} onChange={onChange} />;
    case "flag":
      return <FlagParameter parameter={parameter} value={value} onChange={onChange} />;
    case "number":
      return <NumberParameter parameter={parameter} value={value} onChange={onChange} />;
    case "text":
      return (
        <TextInput
          label={parameter.label}
          help={parameter.help}
          value={typeof value === "string" ? value : ""}
          error={mistakeIn(parameter, value)}
          onChange={onChange}
        />
      );
  }
}

function ChoiceParameter({ parameter, value, onChange }: Of<"choice">) {
  return (
    <div className="parameter">
      <Select
        label={parameter.label}
        choices={parameter.choices.map((choice) => ({ value: choice, name: sentenceCase(choice) }))}
        value={typeof value === "string" ? value : null}
        onChange={onChange}
      />
      {parameter.help !== null && <p className="field__help">{parameter.help}</p>}
    </div>
  );
}

function ChoicesParameter({ parameter, value, onChange }: Of<"choices">) {
  const chosen = Array.isArray(value) ? value : [];
  const mistake = mistakeIn(parameter, value);
  return (
    <CheckboxGroup className="parameter" value={chosen} onChange={onChange} isInvalid={mistake !== null}>
      <Label className="field__label">{parameter.label}</Label>
      <div className="parameter__choices">
        {parameter.choices.map((choice) => (
          <CheckboxField key={choice} value={choice}>
            <CheckboxButton className="parameter__choice">
              {({ isSelected }) => (
                <>
                  <span className="parameter__box" aria-hidden>
                    {isSelected && <Check size={14} strokeWidth={3} />}
                  </span>
                  {choice.length <= 4 ? choice.toUpperCase() : sentenceCase(choice)}
                </>
              )}
            </CheckboxButton>
          </CheckboxField>
        ))}
      </div>
      {mistake !== null ? (
        <p className="field__error">{mistake}</p>
      ) : (
        parameter.help !== null && <p className="field__help">{parameter.help}</p>
      )}
    </CheckboxGroup>
  );
}

function FlagParameter({ parameter, value, onChange }: Of<"flag">) {
  return (
    <div className="parameter">
      <Switch isSelected={value === true} onChange={onChange}>
        {parameter.label}
      </Switch>
      {parameter.help !== null && <p className="field__help">{parameter.help}</p>}
    </div>
  );
}

function NumberParameter({ parameter, value, onChange }: Of<"number">) {
  const help = useId();
  const { least, most } = parameter;
  const isLeftOut = value === null || value === undefined;
  const number = typeof value === "number" ? value : middleOf(parameter);
  return (
    <div className="parameter">
      {least === null || most === null ? (
        <TextInput
          label={parameter.label}
          value={isLeftOut ? "" : String(value)}
          inputMode="decimal"
          error={mistakeIn(parameter, value)}
          onChange={(text) => {
            const typed = Number(text.replace(",", "."));
            if (text.trim() === "" && parameter.mayBeLeftOut) onChange(null);
            else if (Number.isFinite(typed)) onChange(typed);
          }}
        />
      ) : (
        <Range
          label={parameter.label}
          value={number}
          least={least}
          most={most}
          step={parameter.step}
          words={valueInWords(parameter, value)}
          describedBy={help}
          onChange={onChange}
          className={isLeftOut ? "range--left-out" : ""}
        />
      )}
      <p className="field__help" id={help}>
        {parameter.help}
        {parameter.mayBeLeftOut && !isLeftOut && (
          <Button className="parameter__reset" onPress={() => onChange(null)}>
            Back to automatic
          </Button>
        )}
      </p>
    </div>
  );
}

function middleOf({ least, most }: Extract<Parameter, { kind: "number" }>): number {
  return ((least ?? 0) + (most ?? 0)) / 2;
}
