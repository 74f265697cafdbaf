// Reads the Kubernetes objects that aml:deploy-aks applies, strictly, with the Go types of Kubernetes, the Gateway API and
// Istio: what these do not know, or know with another type, an API server refuses or drops. Routes are held against the
// schemas of their custom resource definitions too.
//
//	go run . FOLDER (Go 1.26 or newer)
//
// Each object must also be refused with a misspelt field in its spec, so that no type lets everything pass.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	istio "istio.io/api/networking/v1"
	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/yaml"
)

var kinds = map[string]func([]byte) error{
	"v1 Namespace":                           strict[core.Namespace],
	"v1 Secret":                              strict[core.Secret],
	"v1 Service":                             strict[core.Service],
	"apps/v1 Deployment":                     deployment,
	"autoscaling/v2 HorizontalPodAutoscaler": strict[autoscaling.HorizontalPodAutoscaler],
	"gateway.networking.k8s.io/v1 HTTPRoute": both(strict[gateway.HTTPRoute], defined("sigs.k8s.io/gateway-api",
		"config/crd/standard/gateway.networking.k8s.io_httproutes.yaml", "HTTPRoute")),
	"networking.istio.io/v1 VirtualService": both(istioObject(&istio.VirtualService{}), defined("istio.io/api",
		"kubernetes/customresourcedefinitions.gen.yaml", "VirtualService")),
}

func strict[T any](text []byte) error {
	var object T
	return yaml.UnmarshalStrict(text, &object)
}

func deployment(text []byte) error {
	var object apps.Deployment
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		return err
	}
	selector, err := meta.LabelSelectorAsSelector(object.Spec.Selector)
	if err != nil {
		return err
	}
	if selector.Empty() || !selector.Matches(labels.Set(object.Spec.Template.Labels)) {
		return fmt.Errorf("selector %v does not match the template's labels %v", selector, object.Spec.Template.Labels)
	}
	return nil
}

// Istio's specs are protocol buffers; their own JSON reader lets unknown fields pass, that of the library does not.
func istioObject(spec proto.Message) func([]byte) error {
	return func(text []byte) error {
		var object struct {
			meta.TypeMeta   `json:",inline"`
			meta.ObjectMeta `json:"metadata"`
			Spec            json.RawMessage `json:"spec"`
		}
		if err := yaml.UnmarshalStrict(text, &object); err != nil {
			return err
		}
		proto.Reset(spec)
		return protojson.Unmarshal(object.Spec, spec)
	}
}

func check(text []byte) (string, error) {
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return "", err
	}
	kind := fmt.Sprintf("%v %v", object["apiVersion"], object["kind"])
	read, known := kinds[kind]
	if !known {
		return kind, errors.New("no type for this kind")
	}
	if err := read(text); err != nil {
		return kind, err
	}
	for _, part := range []string{"metadata", "spec"} {
		fields, there := object[part].(map[string]any)
		if !there {
			continue
		}
		fields["misspelt"] = "x"
		wrong, err := json.Marshal(object)
		if err != nil {
			return kind, err
		}
		if read(wrong) == nil {
			return kind, fmt.Errorf("an unknown field in %s is not refused", part)
		}
		delete(fields, "misspelt")
	}
	return kind, nil
}

func main() {
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.json"))
	if err != nil {
		panic(err)
	}
	sort.Strings(files)
	passed, failed := 0, 0
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		kind := ""
		if err == nil {
			kind, err = check(text)
		}
		seen[kind] = true
		if err != nil {
			failed++
			fmt.Printf("FAIL  %s (%s): %v\n", filepath.Base(file), kind, err)
		} else {
			passed++
			fmt.Printf("ok    %s (%s)\n", filepath.Base(file), kind)
		}
	}
	for kind := range kinds {
		if !seen[kind] {
			failed++
			fmt.Printf("FAIL  no object of kind %s in %s\n", kind, os.Args[1])
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
