package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

type definition struct {
	Spec struct {
		Names    struct{ Kind string }
		Versions []struct {
			Name   string
			Schema struct {
				OpenAPIV3Schema spec.Schema `json:"openAPIV3Schema"`
			}
		}
	}
}

// The check of a kind by its custom resource definition, as the project that owns it publishes it in its Go module: required
// fields, enumerations, patterns and bounds. Rules in CEL are not evaluated.
func defined(module, file, kind string) func([]byte) error {
	var schema *spec.Schema
	return func(text []byte) error {
		if schema == nil {
			found, err := published(module, file, kind)
			if err != nil {
				return err
			}
			schema = found
		}
		var object any
		if err := json.Unmarshal(text, &object); err != nil {
			return err
		}
		return validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(object).AsError()
	}
}

func published(module, file, kind string) (*spec.Schema, error) {
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), file))
	if err != nil {
		return nil, err
	}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var one definition
		if err := yaml.Unmarshal(document, &one); err != nil {
			return nil, err
		}
		for _, version := range one.Spec.Versions {
			if one.Spec.Names.Kind == kind && version.Name == "v1" {
				return &version.Schema.OpenAPIV3Schema, nil
			}
		}
	}
	return nil, fmt.Errorf("%s of %s does not define %s v1", file, module, kind)
}

func both(first, second func([]byte) error) func([]byte) error {
	return func(text []byte) error {
		if err := first(text); err != nil {
			return err
		}
		return second(text)
	}
}
